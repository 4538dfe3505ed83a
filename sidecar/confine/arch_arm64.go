package main

import "golang.org/x/sys/unix"

const auditArch = unix.AUDIT_ARCH_AARCH64

// forks are the calls that only make processes; this machine has none.
var forks []uint32
