package showcase

import (
	"fmt"
	"html/template"
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
	var lying, standing, spice, under, underSpice, bars strokes
	for j := range grid {
		bars.across(0, j, cols)
		for i := 0; i < cols; {
			n := run(cols-i, func(k int) bool { return grid[j][i+k] })
			if n > 0 {
				lying.across(i, j, n)
			}
			i += max(n, 1)
		}
	}
	for i := range cols {
		top, below := &standing, &under
		if i%8 == 0 {
			top, below = &spice, &underSpice
		}
		below.down(i, 0, rows)
		for j := 0; j < rows; {
			n := run(rows-j, func(k int) bool { return !grid[j+k][i] })
			if n > 0 {
				top.down(i, j, n)
			}
			j += max(n, 1)
		}
	}
	return template.HTML(fmt.Sprintf(`<svg class="weave %s" viewBox="0 0 %d %d" aria-hidden="true">`+
		`<path class="wb" d="%s"/><path class="wk" d="%s"/><path class="wh" d="%s"/>`+
		`<path class="gap" d="%s%s%s"/><path class="h" d="%s"/><path class="v" d="%s"/><path class="k" d="%s"/></svg>`,
		class, cols, rows, under.path, underSpice.path, bars.path,
		lying.path, standing.path, spice.path, lying.path, standing.path, spice.path))
}

// strokes is a path of lines through the middles of cells. After the first, a line begins as far from the end of the
// one before as the like before it did: repeats are what compresses.
type strokes struct {
	path  string
	x, y  int // where the pen is, in half cells
	drawn bool
}

func (s *strokes) across(i, j, n int) { s.to(2*i, 2*j+1); s.path += fmt.Sprint("h", n); s.x += 2 * n }

func (s *strokes) down(i, j, n int) { s.to(2*i+1, 2*j); s.path += fmt.Sprint("v", n); s.y += 2 * n }

func (s *strokes) to(x, y int) {
	dx, dy, command := x-s.x, y-s.y, "m"
	if !s.drawn {
		command, s.drawn = "M", true
	}
	blank := " "
	if dy < 0 {
		blank = ""
	}
	s.path += command + halves(dx) + blank + halves(dy)
	s.x, s.y = x, y
}

// halves writes half cells as short as SVG reads them: .5, -1.5, 2.
func halves(n int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	switch {
	case n%2 == 0:
		return fmt.Sprint(sign, n/2)
	case n == 1:
		return sign + ".5"
	}
	return fmt.Sprint(sign, n/2, ".5")
}

// run counts how many in a row hold, at most limit.
func run(limit int, holds func(int) bool) int {
	n := 0
	for n < limit && holds(n) {
		n++
	}
	return n
}
