package act

import (
	"sync/atomic"
	"time"
)

// Commit is the kind under which Watch tells of a group's end: what was remembered is written, and committed.
const Commit = "commit"

var watcher atomic.Pointer[func(kind string, held time.Duration)]

// Watch tells how long each act, and each commit of a group, holds the writer, until it is told to stop. It is
// for measuring: there is one watcher in a program, and it delays the writer by what it does itself.
func Watch(f func(kind string, held time.Duration)) (stop func()) {
	watcher.Store(&f)
	return func() { watcher.Store(nil) }
}

// watched runs something that holds the writer; kind says afterwards what it was.
func watched(run func() error, kind func() string) error {
	f := watcher.Load()
	if f == nil {
		return run()
	}
	start := time.Now()
	err := run()
	(*f)(kind(), time.Since(start))
	return err
}
