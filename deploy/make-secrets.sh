#!/bin/sh
# Makes what compose.yaml reads as secrets, once: what is there is left alone. Needs openssl. The folder is its owner's
# alone; the files in it are readable, since containers read them as users of their own.
set -eu
folder=${1:-$(dirname -- "$0")/secrets}
mkdir -p "$folder"
chmod 700 "$folder"
cd "$folder"

once() {
  if [ -e "$1" ]; then cat >/dev/null; else cat >"$1.new" && chmod 444 "$1.new" && mv "$1.new" "$1"; fi
}
word() { openssl rand -hex 24; }

word | once mongo-admin-password
word | once mongo-hub-password
openssl rand -base64 756 | once mongo-keyfile
word | once erlang-cookie
word | once rabbit-hub-password
printf 'mongodb://lienthong:%s@mongo-1:27017,mongo-2:27017,mongo-3:27017/lienthong?replicaSet=rs0&authSource=admin\n' "$(cat mongo-hub-password)" | once store-url
printf 'amqp://lienthong:%s@rabbit:5672\n' "$(cat rabbit-hub-password)" | once broker-url
printf 'http://lienthong:%s@rabbit:15672\n' "$(cat rabbit-hub-password)" | once broker-management-url
# The broker's first user, which the hub and `lienthong broker` use.
printf 'default_user = lienthong\ndefault_pass = %s\n' "$(cat rabbit-hub-password)" | once rabbit-admin
if [ ! -e hub-key ]; then
  # Until an authority issues one: receipts are signed with it, and nobody else trusts it yet.
  openssl req -x509 -newkey rsa:3072 -nodes -days 3650 -subj '/CN=LienThong' -keyout hub-key.new -out hub-cert.new 2>/dev/null
  chmod 444 hub-key.new hub-cert.new
  mv hub-cert.new hub-cert
  mv hub-key.new hub-key
fi
echo "Secrets are in $folder: keep a copy elsewhere, and out of every backup that others can read."
