#!/bin/sh
# What only development needs beside Python: a browser for the journeys, node for the committed assets.
# As root on Debian they are installed; elsewhere one sentence says what to install.
# Usage: scripts/tools.sh browser|node, from the root of the checkout.
set -eu

refuse() {
	printf 'osmose : %s\n' "$1" >&2
	exit 1
}

has() {
	command -v "$1" >/dev/null 2>&1
}

install() {
	[ "$(id -u)" = 0 ] && has apt-get || return 1
	echo "Installation de $*…"
	{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } >/dev/null 2>&1
}

case $1 in
browser)
	has chromium || has chromium-browser || has google-chrome || install chromium ||
		refuse "les parcours demandent Chromium : « apt-get install chromium », puis recommencez."
	;;
node)
	has npm || install nodejs npm || refuse "les feuilles de style demandent node et npm : installez-les, puis recommencez."
	if ! cmp -s package-lock.json node_modules/.installed; then
		echo "Installation des outils de feuilles de style…"
		# Not « npm ci »: it refuses a lock that lacks the binaries of other systems. Hashes are checked all the same.
		npm install --no-save --no-audit --no-fund --loglevel=error ||
			refuse "l’installation par npm a échoué (réseau ?) : le message ci-dessus dit pourquoi."
		cp package-lock.json node_modules/.installed
	fi
	;;
*)
	refuse "outil inconnu : $1"
	;;
esac
