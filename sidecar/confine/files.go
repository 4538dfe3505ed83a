package main

import (
	"debug/elf"
	"os"
	"strings"

	"github.com/landlock-lsm/go-landlock/landlock"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
)

const (
	readFile    landlock.AccessFSSet = ll.AccessFSReadFile
	readDir     landlock.AccessFSSet = ll.AccessFSReadDir
	execute     landlock.AccessFSSet = ll.AccessFSExecute
	writeFile   landlock.AccessFSSet = ll.AccessFSWriteFile | ll.AccessFSTruncate
	changeDir   landlock.AccessFSSet = ll.AccessFSMakeReg | ll.AccessFSMakeDir | ll.AccessFSMakeSym | ll.AccessFSRemoveFile | ll.AccessFSRemoveDir
	moveBetween landlock.AccessFSSet = ll.AccessFSRefer
)

// systemLibraries is where the loader of dynamically linked programs looks.
var systemLibraries = []string{
	"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/nix/store",
}

// systemPrograms is what a script, in place of a program, may need.
var systemPrograms = []string{"/bin", "/usr", "/lib", "/lib64"}

// restrictFiles bounds the files that this process, and what it starts, can open. Landlock also bounds TCP, signals and
// abstract sockets where it knows them.
func restrictFiles(options options, abi int) error {
	config := landlock.V7
	if !options.noNetwork {
		config.HandledAccessNet = 0
	}
	write := readFile | readDir | writeFile | changeDir
	if abi >= 2 {
		write |= moveBetween
	}
	rules := []landlock.Rule{landlock.PathAccess(readFile|writeFile, "/dev/null").IgnoreIfMissing()}
	add := func(access landlock.AccessFSSet, paths []string) {
		for _, path := range paths {
			// Rights to directories are an error for a file.
			onFile := readFile | writeFile | execute
			if about, err := os.Stat(path); err == nil && !about.IsDir() {
				rules = append(rules, landlock.PathAccess(access&onFile, path))
			} else {
				rules = append(rules, landlock.PathAccess(access, path).IgnoreIfMissing())
			}
		}
	}
	add(readFile|readDir, options.read)
	add(write, options.write)
	programs := append([]string{options.command[0]}, options.execute...)
	add(readFile|readDir|execute, programs)
	for _, program := range programs {
		add(readFile|readDir|execute, neededBy(program))
	}
	return config.BestEffort().Restrict(rules...)
}

// neededBy is what a program is loaded with: nothing when it is linked statically, as helm and kustomize are.
func neededBy(program string) []string {
	about, err := os.Stat(program)
	if err != nil || about.IsDir() {
		return nil
	}
	file, err := elf.Open(program)
	if err != nil {
		return systemPrograms
	}
	defer file.Close()
	for _, part := range file.Progs {
		if part.Type == elf.PT_INTERP {
			loader := make([]byte, part.Filesz)
			if _, err := part.ReadAt(loader, 0); err != nil {
				return systemLibraries
			}
			return append(systemLibraries, strings.TrimRight(string(loader), "\x00"))
		}
	}
	return nil
}
