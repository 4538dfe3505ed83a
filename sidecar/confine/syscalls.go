package main

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// Offsets in struct seccomp_data; the machines that this is built for are little-endian.
const (
	offsetNumber   = 0
	offsetArch     = 4
	offsetArgument = 16
)

// x32 is the bit that marks the calls of another ABI of amd64, which have numbers of their own.
const x32 = 0x40000000

func load(offset uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset}
}

func jump(operation uint16, value uint32, yes, no uint8) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_JMP | operation | unix.BPF_K, Jt: yes, Jf: no, K: value}
}

func end(result uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: result}
}

func refuse(errno unix.Errno) unix.SockFilter {
	return end(unix.SECCOMP_RET_ERRNO | uint32(errno))
}

// restrictSyscalls refuses system calls to this thread and to the program that takes its place.
func restrictSyscalls(options options) error {
	filter := []unix.SockFilter{
		load(offsetArch),
		jump(unix.BPF_JEQ, auditArch, 1, 0),
		end(unix.SECCOMP_RET_KILL_PROCESS),
		load(offsetNumber),
		jump(unix.BPF_JGE, x32, 0, 1),
		refuse(unix.ENOSYS),
	}
	forbid := func(errno unix.Errno, numbers ...uint32) {
		for _, number := range numbers {
			filter = append(filter, jump(unix.BPF_JEQ, number, 0, 1), refuse(errno))
		}
	}
	// Other processes are not to be looked into, and no file is opened but by its path.
	forbid(unix.EPERM, unix.SYS_PTRACE, unix.SYS_PROCESS_VM_READV, unix.SYS_PROCESS_VM_WRITEV,
		unix.SYS_PIDFD_GETFD, unix.SYS_OPEN_BY_HANDLE_AT, unix.SYS_BPF, unix.SYS_PERF_EVENT_OPEN,
		unix.SYS_KEYCTL, unix.SYS_ADD_KEY, unix.SYS_REQUEST_KEY)
	// io_uring makes sockets and opens files without the calls that are looked at here.
	forbid(unix.ENOSYS, unix.SYS_IO_URING_SETUP, unix.SYS_IO_URING_ENTER, unix.SYS_IO_URING_REGISTER)
	if options.noNetwork {
		forbid(unix.EACCES, unix.SYS_SOCKET)
	}
	if options.noChildren {
		forbid(unix.EPERM, forks...)
		// Its arguments are in memory, where a filter cannot look; whoever is told ENOSYS uses clone.
		forbid(unix.ENOSYS, unix.SYS_CLONE3)
		filter = append(filter,
			jump(unix.BPF_JEQ, unix.SYS_CLONE, 0, 3),
			load(offsetArgument),
			jump(unix.BPF_JSET, unix.CLONE_THREAD, 1, 0),
			refuse(unix.EPERM),
		)
	}
	filter = append(filter, end(unix.SECCOMP_RET_ALLOW))
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&program)))
	if errno != 0 {
		return errno
	}
	return nil
}
