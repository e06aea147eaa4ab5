#!/bin/sh
# Makes .venv and installs the locked dependencies (hashes checked), or says in one sentence why it can't.
# Usage: scripts/bootstrap.sh base|dev, from the root of the checkout.
set -eu
wanted=$1
oldest="3.11"

refuse() {
	printf 'osmose : %s\n' "$1" >&2
	exit 1
}

recent_enough() {
	"$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
	if [ -n "${PYTHON:-}" ]; then
		command -v "$PYTHON" >/dev/null 2>&1 || refuse "PYTHON vaut « $PYTHON », qui est introuvable."
		recent_enough "$PYTHON" || refuse "« $PYTHON » est trop ancien : Osmose demande Python $oldest ou plus récent."
		python=$PYTHON
		return
	fi
	found=""
	for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
		if command -v "$candidate" >/dev/null 2>&1; then
			found=$candidate
			if recent_enough "$candidate"; then
				python=$candidate
				return
			fi
		fi
	done
	[ -n "$found" ] || refuse "Python est introuvable : installez Python $oldest ou plus récent (ou « make demo PYTHON=/chemin/python3 »)."
	refuse "Python est trop ancien ($("$found" --version 2>&1)) : Osmose demande Python $oldest ou plus récent (PYTHON=/chemin/python3)."
}

# Debian's Python comes without ensurepip; as root we may add it.
ensure_venv() {
	"$python" -c 'import ensurepip, venv' >/dev/null 2>&1 && return
	package="python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
		echo "Installation de $package…"
		{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y "$package"; } >/dev/null 2>&1 || true
		"$python" -c 'import ensurepip, venv' >/dev/null 2>&1 && return
	fi
	refuse "il manque à Python de quoi créer un environnement : « apt-get install $package », puis recommencez."
}

writable() {
	mkdir -p "$1" 2>/dev/null && : 2>/dev/null >"$1/.writable" && rm -f "$1/.writable"
}

# Made here, by a Python that still exists: a copied or moved checkout gets a new one.
sound() {
	[ -x .venv/bin/python ] && [ "$(.venv/bin/python -c 'import sys; print(sys.prefix)' 2>/dev/null)" = "$(pwd -P)/.venv" ] &&
		recent_enough .venv/bin/python
}

state() {
	cksum <"requirements/$1.txt"
}

installed() {
	[ -f ".venv/.installed-$1" ] && [ "$(cat ".venv/.installed-$1")" = "$(state "$1")" ]
}

(writable .) || refuse "le dossier « $(pwd) » n’est pas accessible en écriture."
(writable var) || refuse "le dossier « $(pwd)/var » n’est pas accessible en écriture."
if ! sound; then
	find_python
	ensure_venv
	echo "Création de l’environnement Python…"
	"$python" -m venv --clear .venv >/dev/null 2>&1 || refuse "la création de « $(pwd)/.venv » a échoué : vérifiez les droits et la place libre."
fi
# Everything that runs Osmose is also in dev.
if installed "$wanted" || { [ "$wanted" = base ] && installed dev; }; then
	exit 0
fi
(writable .venv) || refuse "le dossier « $(pwd)/.venv » n’est pas accessible en écriture."
echo "Installation des dépendances ($wanted)…"
.venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes \
	-r "requirements/$wanted.txt" ||
	refuse "l’installation des dépendances a échoué (réseau, place libre ?) : le message ci-dessus dit pourquoi."
state "$wanted" >".venv/.installed-$wanted"
