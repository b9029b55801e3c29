# install.sh PACKAGES LAYER OUTPUTS RECIPE: installs the Debian package of a folder as RECIPE says, uses it, removes and purges it. In a mount namespace of its own; 99 if nothing can be mounted.
set -e
packages=$1
recipe=$4
layer=$2
export SOJOURN_OUTPUTS="$3" XDG_STATE_HOME="$layer/state" DEBIAN_FRONTEND=noninteractive LC_ALL=C

mount -t tmpfs tmpfs "$layer" || exit 99
for place in usr etc var; do
	mkdir -p "$layer/$place/upper" "$layer/$place/work"
	mount -t overlay overlay -o "lowerdir=/$place,upperdir=$layer/$place/upper,workdir=$layer/$place/work" "/$place" || exit 99
done

left() {
	printf 'left: %s\n' "$(cd "$layer" && find usr etc var -path '*upper*' -name '*sojourn*' ! -path 'var/upper/lib/dpkg/info/sojourn.*' | tr '\n' ' ')"
}

if dpkg-query -W sojourn >/dev/null 2>&1 || command -v sojourn >/dev/null; then
	echo 'sojourn is installed here' >&2
	exit 99
fi

cd "$packages"
if ! sh -ec "$recipe" >"$layer/log" 2>&1; then
	cat "$layer/log" >&2
	exit 1
fi
echo installed
sojourn --version
sojourn start >/dev/null
echo 'Once upon a time' >"$layer/story.txt"
sojourn add "$layer/story.txt"
printf 'timer: %s\n' "$(systemctl --root=/ is-enabled sojourn-sweep.timer)"
systemctl --root=/ --quiet enable sojourn-sweep.timer
mkdir -p /var/lib/sojourn
echo '{}' >/var/lib/sojourn/sojourn.log

dpkg -r sojourn >/dev/null
echo removed
mv /var/lib/sojourn "$layer/kept"
left
mv "$layer/kept" /var/lib/sojourn
dpkg -P sojourn >/dev/null
echo purged
left
