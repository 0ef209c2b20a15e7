package testapp

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// Locks says on which files of a folder's books a process holds locks. A program that has the books open holds some on
// both, by which others know that it has. None, where the system doesn't tell.
func Locks(t testing.TB, process int, dir string) (held []string) {
	t.Helper()
	raw, err := os.ReadFile("/proc/locks")
	if err != nil {
		return nil
	}
	for _, name := range []string{"data.db", "data.db-shm"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		inode := fmt.Sprint(reflect.ValueOf(info.Sys()).Elem().FieldByName("Ino").Uint()) // where there are locks to read, there are inodes
		for line := range strings.Lines(string(raw)) {
			f := strings.Fields(line)
			if len(f) == 8 && f[4] == fmt.Sprint(process) && strings.HasSuffix(f[5], ":"+inode) {
				held = append(held, name)
			}
		}
	}
	return slices.Compact(held)
}
