#!/usr/bin/env bash
# A remedy for the crash test: notes in "mended" that it was carried out, and for which intent.
echo "${HALE_INTENT:-none}" >>mended
: >flag
