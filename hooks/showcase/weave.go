package showcase

import (
	"fmt"
	"html/template"
	"strings"
)

// crossing is one point where a lying strip meets a standing one; true: the lying (horizontal) one is on top.
type crossing = bool

// crossings reads bits of a hash, most significant first, row by row.
func crossings(hash [32]byte, cols, rows int) [][]crossing {
	grid := make([][]crossing, rows)
	for j := range grid {
		grid[j] = make([]crossing, cols)
		for i := range grid[j] {
			n := j*cols + i
			grid[j][i] = hash[n/8]>>(7-n%8)&1 == 1
		}
	}
	return grid
}

// weave draws the crossings as strips over and under. Strips are strokes: a run on top is one line, once wide in the
// ground's colour (the shadow gap), once in its own. Every eighth standing strip is kunyit: one byte.
func weave(hash [32]byte, cols, rows int, class string) template.HTML {
	grid := crossings(hash, cols, rows)
	var lying, standing, spice, under, underSpice, bars strings.Builder
	for j := range grid {
		fmt.Fprintf(&bars, "M0 %d.5h%d", j, cols)
		for i := 0; i < cols; {
			n := run(cols-i, func(k int) bool { return grid[j][i+k] })
			if n > 0 {
				fmt.Fprintf(&lying, "M%d %d.5h%d", i, j, n)
			}
			i += max(n, 1)
		}
	}
	for i := range cols {
		top, below := &standing, &under
		if i%8 == 0 {
			top, below = &spice, &underSpice
		}
		fmt.Fprintf(below, "M%d.5 0v%d", i, rows)
		for j := 0; j < rows; {
			n := run(rows-j, func(k int) bool { return !grid[j+k][i] })
			if n > 0 {
				fmt.Fprintf(top, "M%d.5 %dv%d", i, j, n)
			}
			j += max(n, 1)
		}
	}
	return template.HTML(fmt.Sprintf(`<svg class="weave %s" viewBox="0 0 %d %d" aria-hidden="true">`+
		`<path class="wb" d="%s"/><path class="wk" d="%s"/><path class="wh" d="%s"/>`+
		`<path class="gap" d="%s%s%s"/><path class="h" d="%s"/><path class="v" d="%s"/><path class="k" d="%s"/></svg>`,
		class, cols, rows, under.String(), underSpice.String(), bars.String(),
		lying.String(), standing.String(), spice.String(), lying.String(), standing.String(), spice.String()))
}

// run counts how many in a row hold, at most limit.
func run(limit int, holds func(int) bool) int {
	n := 0
	for n < limit && holds(n) {
		n++
	}
	return n
}
