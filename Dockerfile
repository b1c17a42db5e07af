# syntax=docker/dockerfile:1
# The hub as a container: `docker build -t lienthong .`. Runs as nobody special, on a read-only root file system
# (`--read-only`); only /data is written. deploy/compose.yaml shows the whole with MongoDB and RabbitMQ.
ARG NODE=node:24-bookworm-slim

FROM ${NODE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json README.md LICENSE ./
COPY src ./src
COPY spec ./spec
# Without the Node 24 that npm brings: the image has its own.
RUN npm run build && npm prune --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM ${NODE}
LABEL org.opencontainers.image.title="LienThong" \
      org.opencontainers.image.description="Trục liên thông văn bản điện tử" \
      org.opencontainers.image.licenses="EUPL-1.2"
ENV LIENTHONG_DATA=/data LIENTHONG_HOST=0.0.0.0
WORKDIR /app
# Root's, and so not the program's to change.
COPY --from=build /build/package.json /build/LICENSE /build/README.md ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY --from=build /build/spec ./spec
RUN install -d -o node -g node -m 0700 /data \
 && chmod 0755 /app/dist/lienthong.js \
 && ln -s /app/dist/lienthong.js /usr/local/bin/lienthong
# By number, so that an orchestrator can see that it is not root. In node's images 1000 is `node`.
USER 1000:1000
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
# Beyond loopback the hub wants TLS: give LIENTHONG_TLS_KEY and LIENTHONG_TLS_CERT, or LIENTHONG_PLAINTEXT=behind-proxy.
# Whether the process answers, and not whether it is ready: a hub whose store is away must not be restarted for it.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s CMD ["node", "-e", "const s=process.env.LIENTHONG_TLS_KEY||process.env.LIENTHONG_TLS_KEY_FILE?'https':'http';process.env.NODE_TLS_REJECT_UNAUTHORIZED='0';fetch(s+'://127.0.0.1:'+(process.env.LIENTHONG_PORT||8080)+'/livez').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
CMD ["node", "dist/main.js"]
