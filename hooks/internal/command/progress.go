package command

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// progress draws a bar on a terminal and a plain line at most every two seconds elsewhere.
func progress(f *os.File) func(n, total int) {
	info, err := f.Stat()
	terminal := err == nil && info.Mode()&os.ModeCharDevice != 0
	var last time.Time
	return func(n, total int) {
		if total <= 0 {
			return
		}
		if terminal {
			const width = 40
			filled := min(width, n*width/total)
			fmt.Fprintf(f, "\r%s%s %d/%d ", strings.Repeat("█", filled), strings.Repeat("░", width-filled), n, total)
			if n >= total {
				fmt.Fprintln(f)
			}
			return
		}
		if time.Since(last) > 2*time.Second || n >= total {
			last = time.Now()
			fmt.Fprintf(f, "%d/%d\n", n, total)
		}
	}
}
