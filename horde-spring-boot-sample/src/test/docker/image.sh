#!/bin/sh
#
# Makes an image of the sample out of what this machine has: a small Java, the libraries
# that it is linked with, and the jar. No registry is asked.
#
# image.sh <java home> <jar> <tag>

set -eu
java_home="$1"
jar="$2"
tag="$3"

root="$(mktemp -d)"
trap 'rm -rf "$root"' EXIT

"$java_home/bin/jlink" --no-header-files --no-man-pages --strip-debug --output "$root/java" --add-modules \
	java.base,java.compiler,java.desktop,java.instrument,java.logging,java.management,java.naming,java.net.http,java.rmi,java.scripting,java.security.jgss,java.sql,java.xml,jdk.crypto.ec,jdk.management,jdk.net,jdk.unsupported,jdk.zipfs

mkdir -p "$root/tmp" "$root/etc" "$root/app"
echo 'root:x:0:0:root:/:/bin/false' >"$root/etc/passwd"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
cp "$jar" "$root/app/sample.jar"

find "$root/java" -type f \( -name '*.so' -o -path '*/bin/java' \) -exec ldd {} + 2>/dev/null |
	grep -oE '/[^ :()]+\.so[^ :()]*' | grep -v "^$root" | sort -u |
	while read -r library; do
		mkdir -p "$root$(dirname "$library")"
		cp -L "$library" "$root$library"
	done

tar -C "$root" -c . | docker import -c 'ENV JAVA_HOME=/java' -c 'LABEL org.testcontainers=true' \
	-c 'ENTRYPOINT ["/java/bin/java", "-Xmx512m", "-XX:+UseSerialGC", "-jar", "/app/sample.jar"]' - "$tag"
