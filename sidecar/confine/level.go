package main

import (
	"fmt"
	"unsafe"

	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// oldestABI is the version of Landlock from which on it bounds every way to change a file (Linux 6.2).
const oldestABI = 3

// level is what the kernel can enforce. lacks is empty when that is the whole boundary.
type level struct {
	abi        int
	seccomp    bool
	has, lacks string
}

func (l level) String() string {
	if l.lacks != "" {
		return l.lacks
	}
	return l.has
}

func kernelLevel() level {
	abi, err := ll.LandlockGetABIVersion()
	if err != nil {
		abi = 0
	}
	found := level{abi: abi, seccomp: hasSeccomp()}
	switch {
	case abi == 0:
		found.lacks = "no boundary: this kernel has no Landlock, or it is turned off (Linux 6.2 or newer has what is needed)"
	case abi < oldestABI:
		found.lacks = fmt.Sprintf("only a part of the boundary: Landlock ABI %d is too old (Linux 6.2 or newer has what is needed)", abi)
	case !found.seccomp:
		found.lacks = "only a part of the boundary: files (Landlock), but this kernel has no seccomp filters"
	default:
		found.has = fmt.Sprintf("the whole boundary: files, network and processes (Landlock ABI %d, seccomp)", abi)
	}
	return found
}

func hasSeccomp() bool {
	action := uint32(unix.SECCOMP_RET_ERRNO)
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_GET_ACTION_AVAIL, 0, uintptr(unsafe.Pointer(&action)))
	return errno == 0
}
