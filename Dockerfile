# syntax=docker/dockerfile:1
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json README.md LICENSE ./
COPY src ./src
COPY spec/rules ./spec/rules
# Without the Node 24 that npm brings: the image has its own.
RUN npm run build && npm prune --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
ENV LIENTHONG_DATA=/data LIENTHONG_HOST=0.0.0.0
WORKDIR /app
COPY --from=build /build/package.json /build/LICENSE ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY --from=build /build/spec ./spec
RUN mkdir /data && chown node:node /data && ln -s /app/dist/lienthong.js /usr/local/bin/lienthong && chmod +x /app/dist/lienthong.js
USER node
VOLUME /data
EXPOSE 8080
# Beyond loopback the hub wants TLS: give LIENTHONG_TLS_KEY and LIENTHONG_TLS_CERT, or LIENTHONG_PLAINTEXT=behind-proxy.
HEALTHCHECK --interval=15s --timeout=5s CMD ["node", "-e", "const s=process.env.LIENTHONG_TLS_KEY||process.env.LIENTHONG_TLS_KEY_FILE?'https':'http';process.env.NODE_TLS_REJECT_UNAUTHORIZED='0';fetch(s+'://127.0.0.1:'+(process.env.LIENTHONG_PORT||8080)+'/livez').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
CMD ["node", "dist/main.js"]
