#!/bin/sh
# Installs LienThong from this folder on a machine without Internet. Needs a POSIX shell, coreutils and nothing else.
#
#   sh install.sh PREFIX [--data DIR] [--user NAME] [--backup DIR | --no-backup] [--service]
#   sh install.sh --check               compares every file with SHA256SUMS, installs nothing
#   sh install.sh --rollback PREFIX     back to the version before the last upgrade
#
# PREFIX/releases/VERSION-DIGEST/  the programs, at most two      PREFIX/etc/lienthong.env  the configuration, never overwritten
# PREFIX/current, PREFIX/previous  which of them run               PREFIX/data               the data, unless --data says where
set -eu
umask 022

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
say() { printf '%s\n' "$*"; }
stop() { printf 'LỖI / ERROR: %s\n' "$*" >&2; exit 1; }

# Every file as the list says, and no file that it does not name.
check() {
  cd "$here"
  [ -f SHA256SUMS ] || stop "thiếu SHA256SUMS / SHA256SUMS is missing"
  sha256sum --check --strict --quiet SHA256SUMS >&2 || stop "gói cài đặt bị hỏng hoặc bị sửa, không cài gì / the bundle is damaged or altered; nothing was installed"
  listed=$(wc -l <SHA256SUMS)
  found=$(find . -type f ! -path ./SHA256SUMS | wc -l)
  [ "$listed" -eq "$found" ] || stop "có tệp lạ trong gói ($found tệp, danh sách ghi $listed) / the bundle holds files that its list does not name"
  links=$(find . ! -type f ! -type d | head -n 1)
  [ -z "$links" ] || stop "có liên kết lạ: $links / a link that does not belong"
}

# A link is changed whole: whoever reads it sees the old place or the new.
point() {
  ln -sfn "$2" "$1.new"
  mv -Tf "$1.new" "$1"
}

setting() { sed -n "s/^$1=//p" "$prefix/etc/lienthong.env" | tail -n 1; }
restart() {
  [ -d /run/systemd/system ] && systemctl is-active --quiet lienthong.service || return 0
  systemctl restart lienthong.service
  say "Đã khởi động lại lienthong.service / restarted"
}

rollback() {
  [ -L "$prefix/previous" ] || stop "không có phiên bản trước / there is no version to go back to"
  old=$(readlink "$prefix/previous")
  new=$(readlink "$prefix/current")
  # The older program opens the store before anything is changed: it refuses, in words, what a newer one has migrated.
  if ! "$prefix/$old/bin/lienthong" journal verify >/dev/null; then
    stop "phiên bản trước không mở được kho (đã được phiên bản mới chuyển đổi?): khôi phục bản sao lưu làm trước khi nâng cấp / the former version cannot open the store: restore the backup made before the upgrade"
  fi
  point "$prefix/current" "$old"
  point "$prefix/previous" "$new"
  say "Đang dùng / now running: $old"
  restart
}

prefix='' data='' user='' backup='' save=yes service=no
while [ $# -gt 0 ]; do
  case $1 in
    --check) check; say "Nguyên vẹn / intact: $(wc -l <SHA256SUMS)"; exit 0 ;;
    --rollback) prefix=${2:?PREFIX}; rollback; exit 0 ;;
    --data) data=${2:?DIR}; shift ;;
    --user) user=${2:?NAME}; shift ;;
    --backup) backup=${2:?DIR}; shift ;;
    --no-backup) save=no ;;
    --service) service=yes ;;
    -*) stop "không hiểu $1 / unknown option" ;;
    *) [ -z "$prefix" ] || stop "thừa $1 / one PREFIX only"; prefix=$1 ;;
  esac
  shift
done
[ -n "$prefix" ] || stop "cách dùng / usage: sh install.sh PREFIX [--data DIR] [--user NAME] [--backup DIR | --no-backup] [--service]"
case $prefix in /*) ;; *) prefix=$(pwd -P)/$prefix ;; esac
case "$prefix$data$backup$user" in *[!A-Za-z0-9/._-]*) stop "đường dẫn chỉ gồm A-Z a-z 0-9 / . _ - / plain paths only" ;; esac

check
version=$(cat VERSION)
wanted=$(cat MACHINE)
[ "$(uname -s)-$(uname -m)" = "$wanted" ] || stop "gói này dành cho $wanted, máy này là $(uname -s)-$(uname -m) / this bundle is for another kind of machine"
"$here/node/bin/node" --version >/dev/null || stop "Node kèm theo không chạy được trên máy này (glibc cũ?) / the Node of this bundle does not run here"

release=releases/$version-$(sha256sum SHA256SUMS | cut -c1-12)
mkdir -p "$prefix/releases" "$prefix/etc"
whole() { [ -d "$1" ] && (cd "$1" && sha256sum --check --strict --quiet SHA256SUMS) >/dev/null 2>&1; }
if ! whole "$prefix/$release"; then
  rm -rf "$prefix/$release"
  rm -rf "$prefix/$release.part"
  mkdir "$prefix/$release.part"
  cp -R "$here"/. "$prefix/$release.part"
  # What was copied is what was checked: a disk that writes badly is noticed now.
  whole "$prefix/$release.part" || stop "chép bị sai / the copy differs"
  chmod -R u=rwX,go=rX "$prefix/$release.part"
  sync -f "$prefix"
  mv -T "$prefix/$release.part" "$prefix/$release"
fi

if [ -n "$user" ] && ! id "$user" >/dev/null 2>&1; then
  useradd --system --user-group --no-create-home --home-dir "$prefix" --shell /usr/sbin/nologin "$user"
fi
[ -n "$user" ] || user=$(id -un)
group=$(id -gn "$user")
if [ ! -f "$prefix/etc/lienthong.env" ]; then
  [ -n "$data" ] || data=$prefix/data
  sed "s|@DATA@|$data|" "$here/lienthong.env" >"$prefix/etc/lienthong.env.new"
  chmod 640 "$prefix/etc/lienthong.env.new"
  [ "$(id -u)" != 0 ] || chown "root:$group" "$prefix/etc/lienthong.env.new"
  mv "$prefix/etc/lienthong.env.new" "$prefix/etc/lienthong.env"
fi
kept=$(setting LIENTHONG_DATA)
[ -z "$data" ] || [ "$data" = "$kept" ] || stop "etc/lienthong.env ghi LIENTHONG_DATA=$kept, khác --data $data / the configuration names another data folder"
data=$kept
[ -d "$data" ] || { mkdir -p "$data"; chmod 700 "$data"; [ "$(id -u)" != 0 ] || chown "$user:$group" "$data"; }
[ -n "$backup" ] || backup=$prefix/backup

# An upgrade: the running version saves the store before the new one can touch it.
if [ -L "$prefix/current" ] && [ "$(readlink "$prefix/current")" != "$release" ]; then
  case "$(setting LIENTHONG_STORE)" in
    mongodb*) say "LƯU Ý: kho MongoDB được sao lưu bằng mongodump (spec/operations.md) / back up MongoDB by its own tools" ;;
    *) if [ "$save" = yes ] && [ -f "$data/lienthong.db" ]; then
        [ -d "$backup" ] || { mkdir -p "$backup"; chmod 700 "$backup"; [ "$(id -u)" != 0 ] || chown "$user:$group" "$backup"; }
        say "Sao lưu trước khi nâng cấp vào $backup / backing up first"
        "$prefix/current/bin/lienthong" backup "$backup" || stop "sao lưu không thành công, chưa nâng cấp / no backup, no upgrade (--no-backup to go on)"
      fi ;;
  esac
fi

"$prefix/$release/bin/lienthong" --version >/dev/null || stop "phiên bản mới không chạy được, chưa thay đổi gì / the new version does not run; nothing was changed"
old=$(readlink "$prefix/current" 2>/dev/null || true)
point "$prefix/current" "$release"
[ -z "$old" ] || [ "$old" = "$release" ] || point "$prefix/previous" "$old"
for each in "$prefix"/releases/*; do
  case releases/$(basename "$each") in "$release" | "$(readlink "$prefix/previous" 2>/dev/null || true)") ;; *) rm -rf "$each" ;; esac
done

if [ "$service" = yes ]; then
  units=${SYSTEMD_UNITS:-/etc/systemd/system}
  mkdir -p "$backup" && chmod 700 "$backup"
  [ "$(id -u)" != 0 ] || chown "$user:$group" "$backup"
  for unit in lienthong.service lienthong-backup.service lienthong-backup.timer; do
    sed "s|@PREFIX@|$prefix|g; s|@DATA@|$data|g; s|@BACKUP@|$backup|g; s|@USER@|$user|g" "$here/systemd/$unit" >"$units/$unit"
  done
  if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    systemctl enable lienthong.service lienthong-backup.timer
  fi
fi
restart
say "Đã cài / installed: $prefix/$release"
say "Cấu hình / configuration: $prefix/etc/lienthong.env   Dữ liệu / data: $data"
say "Tiếp theo / next: $prefix/current/bin/lienthong doctor"
