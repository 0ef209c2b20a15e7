package showcase

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
)

// column is one bar of a chart: its parts from the bottom up, in the unit of top.
type column struct {
	label  string
	parts  []int64
	class  string // of the lowest part; empty is the chart's own
	marked bool   // its label stands before its neighbours'
	hide   bool   // under the privacy floor: a hatched stub instead of a bar
}

// note is a text with a small stem over a column.
type note struct {
	at    int
	text  string
	class string
}

// chart is drawn without a viewBox: across in percent, so that bars follow the width while the text keeps its size.
type chart struct {
	id, title, desc string
	columns         []column
	top             int64
	grid            []gridline
	notes           []note
	right           int64 // edge of the plot in tenths of a percent: 1000, or less where a scale stands beside it
	room            int64 // from one label beneath to the next
}

type gridline struct {
	at    int64
	label string
}

// The plot's edges inside the picture, in tenths of a percent: air above for notes, below for labels.
const plotTop, plotBottom = 160, 905

// pct writes tenths of a percent.
func pct(tenths int64) string {
	if tenths%10 == 0 {
		return fmt.Sprint(tenths/10, "%")
	}
	return fmt.Sprintf("%d.%d%%", tenths/10, tenths%10)
}

func (c chart) y(value int64) int64 {
	return plotBottom - value*(plotBottom-plotTop)/max(c.top, 1)
}

// x gives the left edge and the width of column i: bars take 70 % of their slot, and at most a fourteenth of the plot.
func (c chart) x(i int) (left, width int64) {
	n := int64(max(len(c.columns), 1))
	slot := c.right / n
	width = min(slot*7/10, c.right/14)
	return int64(i)*c.right/n + (slot-width)/2, width
}

func (c chart) svg(class string) template.HTML {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="%s" role="img" aria-labelledby="%s-t %s-d"><title id="%s-t">%s</title><desc id="%s-d">%s</desc>`,
		class, c.id, c.id, c.id, template.HTMLEscapeString(c.title), c.id, template.HTMLEscapeString(c.desc))
	for _, g := range c.grid {
		y := pct(c.y(g.at))
		class := "grid"
		if g.at == 0 {
			class = "axis"
		}
		fmt.Fprintf(&b, `<line class="%s" x1="0" x2="%s" y1="%s" y2="%s"/><text class="scale" x="100%%" y="%s" dy=".35em">%s</text>`,
			class, pct(c.right), y, y, y, template.HTMLEscapeString(g.label))
	}
	c.bars(&b)
	c.labels(&b)
	c.stems(&b)
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

func (c chart) bars(b *strings.Builder) {
	for i, col := range c.columns {
		left, width := c.x(i)
		if col.hide {
			fmt.Fprintf(b, `<rect class="hide" x="%s" y="%s" width="%s" height="1%%"/>`, pct(left), pct(plotBottom-10), pct(width))
			continue
		}
		sum := int64(0)
		for k, part := range col.parts {
			low := c.y(sum)
			sum += part
			high := c.y(sum)
			if low == high {
				continue
			}
			class := fmt.Sprintf("p%d", k)
			if k == 0 && col.class != "" {
				class = col.class
			}
			fmt.Fprintf(b, `<rect class="%s" x="%s" y="%s" width="%s" height="%s"/>`, class, pct(left), pct(high), pct(width), pct(low-high))
		}
	}
}

// labels names the marked columns and the last one, and those between that have the room.
func (c chart) labels(b *strings.Builder) {
	last := len(c.columns) - 1
	free := -c.room
	for i, col := range c.columns {
		left, width := c.x(i)
		if i != last && (left-free < c.room || c.nextMarked(i)-left < c.room) {
			continue
		}
		free = left
		anchor, x := "start", left
		if i == last && i > 0 {
			anchor, x = "end", left+width
		}
		fmt.Fprintf(b, `<text class="tick" text-anchor="%s" x="%s" y="%s" dy="1.8em">%s</text>`,
			anchor, pct(x), pct(plotBottom), template.HTMLEscapeString(col.label))
	}
}

// nextMarked is where the label stands that column i must leave room for.
func (c chart) nextMarked(i int) int64 {
	last := len(c.columns) - 1
	next := i + 1
	for !c.columns[i].marked && next < last && !c.columns[next].marked {
		next++
	}
	if c.columns[i].marked {
		next = last
	}
	left, _ := c.x(next)
	return left
}

// height is the sum of a column's parts.
func (c chart) height(i int) (sum int64) {
	for _, part := range c.columns[i].parts {
		sum += part
	}
	return sum
}

// stems writes the notes, each above whatever its text would cover, with a line down to its column.
func (c chart) stems(b *strings.Builder) {
	const reach = 200
	for _, n := range c.notes {
		left, width := c.x(n.at)
		anchor, x, step := "start", left, 1
		if n.at > len(c.columns)/2 {
			anchor, x, step = "end", left+width, -1
		}
		top := c.height(n.at)
		for i := n.at; i >= 0 && i < len(c.columns); i += step {
			if at, _ := c.x(i); (at-left)*int64(step) > reach {
				break
			}
			top = max(top, c.height(i))
		}
		y := pct(c.y(top))
		if n.class == "said" {
			fmt.Fprintf(b, `<line class="axis" x1="%[1]s" x2="%[1]s" y1="%[2]s" y2="%[3]s"/>`, pct(left+width/2), pct(c.y(c.height(n.at))-12), pct(c.y(top)-42))
			y = pct(c.y(top) - 42)
		}
		fmt.Fprintf(b, `<svg class="stem" x="%s" y="%s"><text class="%s" text-anchor="%s" y="-8">%s</text></svg>`,
			pct(x), y, n.class, anchor, template.HTMLEscapeString(n.text))
	}
}

// gauge draws share (basis points) as fifty strips, the last begun one filled from below. A row of strips is one broad
// stroke, dashed.
func gauge(bp int64, label string) template.HTML {
	const strips, high = 50, 26
	full := bp * strips / 10_000
	part := bp * strips % 10_000 * high / 10_000
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="gauge" viewBox="0 0 437.6 26" stroke-width="26" stroke-dasharray="6.4 2.4" preserveAspectRatio="none" role="img" aria-label="%s">`, template.HTMLEscapeString(label))
	row := func(class string, from, to int64) {
		if from < to {
			fmt.Fprintf(&b, `<path class="%s" d="M%d.%d 13H%d.%d"/>`, class, from*88/10, from*88%10, (to*88-24)/10, (to*88-24)%10)
		}
	}
	row("rest", full, strips)
	row("used", 0, full)
	if part > 0 {
		x := full * 88
		fmt.Fprintf(&b, `<path class="used" stroke-width="%d" d="M%d.%d %d.%dh6.4"/>`, part, x/10, x%10, (2*high-part)/2, part%2*5)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

// bar draws parts of a whole side by side, a hair of ground between them. The words beneath say the amounts.
func bar(classes []string, parts []int64) template.HTML {
	const gap = 7
	total := int64(0)
	for _, p := range parts {
		total += max(p, 0)
	}
	if total == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(`<svg class="bar" aria-hidden="true">`)
	sum := int64(0)
	for i, p := range parts {
		from := share(sum, total) / 10
		sum += max(p, 0)
		to := share(sum, total) / 10
		if sum < total {
			to -= gap
		}
		if to > from {
			fmt.Fprintf(&b, `<rect class="%s" x="%s" width="%s" height="100%%"/>`, classes[i], pct(from), pct(to-from))
		}
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

// barcode draws an EAN-13, or nothing when code is none.
func barcode(code string) template.HTML {
	if len(code) != 13 || strings.Trim(code, "0123456789") != "" {
		return ""
	}
	odd := [...]string{"0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011"}
	parity := [...]string{"000000", "001011", "001101", "001110", "010011", "011001", "011100", "010101", "010110", "011010"}
	flip := strings.NewReplacer("0", "1", "1", "0")
	bits := "101"
	for i := 1; i < 13; i++ {
		digit := odd[code[i]-'0']
		switch {
		case i > 6:
			digit = flip.Replace(digit)
		case parity[code[0]-'0'][i-1] == '1':
			digit = mirror(flip.Replace(digit))
		}
		if i == 7 {
			bits += "01010"
		}
		bits += digit
	}
	bits += "101"
	// One stroke from end to end, dashed: bar, gap, bar, as wide as the runs of equal bits.
	var dashes []string
	for i := 0; i < len(bits); {
		n := run(len(bits)-i, func(k int) bool { return bits[i+k] == bits[i] })
		dashes = append(dashes, strconv.Itoa(n))
		i += n
	}
	return template.HTML(`<svg class="ean" viewBox="0 0 95 1" preserveAspectRatio="none" aria-hidden="true"><path d="M0 .5h95" stroke-dasharray="` + strings.Join(dashes, " ") + `"/></svg>`)
}

func mirror(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}
