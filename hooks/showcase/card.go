package showcase

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	paint "image/draw"
	"image/png"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

const pngKind = "image/png"

// The picture that other sites show beside a link to this one: the co-op's name over the weave of its ledger's head, in
// its own accent.
const (
	cardWidth, cardHeight = 1200, 630
	cardMargin            = 72
	cardWeave             = 150 // height of the woven band at the foot: four lying strips
)

var (
	cardPaper = color.RGBA{0xFA, 0xF6, 0xEC, 255}
	cardInk   = color.RGBA{0x0E, 0x2F, 0x27, 255}
	cardInk2  = color.RGBA{0x45, 0x60, 0x56, 255}
	cardStrip = color.RGBA{0xE9, 0xDD, 0xBE, 255}
	cardSpice = color.RGBA{0xF4, 0xB0, 0x24, 255}
)

// Plus Jakarta Sans 600, Latin, by its authors under the OFL (pb_public/vendor/licences): browsers take the woff2, and
// drawing here needs outlines.
var cardFont = sync.OnceValues(func() (*opentype.Font, error) { return opentype.Parse([]byte(asset("jakarta-600.ttf"))) })

// card draws the picture in one language.
func (s *site) card(c content, lang, _ string) (*variant, error) {
	f := s.frame(c, lang, "/")
	canvas := image.NewRGBA(image.Rect(0, 0, cardWidth, cardHeight))
	paint.Draw(canvas, canvas.Bounds(), image.NewUniform(cardPaper), image.Point{}, paint.Src)
	accent := accentOf(string(c.style))
	weaveOn(canvas, c.figures.Head.Hash, accent)
	first := 150
	if c.coop.Logo == "" {
		markOn(canvas, accent)
		first = 190
	}
	typeset, err := cardFont()
	if err != nil {
		return nil, fmt.Errorf("showcase: card: %w", err)
	}
	write := typist{canvas, typeset}
	y, err := write.lines(c.coop.Name, 76, cardMargin, first, cardInk, 3)
	if err != nil {
		return nil, err
	}
	if _, err := write.lines(f.T("card.text"), 34, cardMargin, y+66, cardInk2, 2); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, canvas); err != nil {
		return nil, fmt.Errorf("showcase: card: %w", err)
	}
	v := pack(lang, pngKind, b.Bytes())
	return &v, nil
}

// accentOf is the co-op's accent as the page's style has it last: the tokens' own, or what the co-op chose after them, on
// light ground.
func accentOf(style string) color.Color {
	if i := strings.LastIndex(style, ":root{--brand:#"); i >= 0 {
		style = style[i:]
	}
	m := accentValue.FindStringSubmatch(style)
	if m == nil {
		return cardSpice
	}
	n, err := strconv.ParseUint(m[1], 16, 32)
	if err != nil {
		return cardSpice
	}
	return color.RGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 255}
}

var accentValue = regexp.MustCompile(`--brand:#([0-9A-Fa-f]{6})`)

// markOn draws the woven mark over the name, for a co-op without a logo.
func markOn(canvas *image.RGBA, accent color.Color) {
	const scale, left, top = 2, cardMargin - 2, 44
	for _, strip := range []struct {
		x0, y0, x1, y1 int
		ink            color.Color
	}{{7, 1, 14, 17, accent}, {7, 26, 14, 31, accent}, {18, 1, 25, 6, accent}, {18, 15, 25, 31, accent},
		{1, 7, 6, 14, cardInk}, {15, 7, 31, 14, cardInk}, {1, 18, 17, 25, cardInk}, {26, 18, 31, 25, cardInk}} {
		paint.Draw(canvas, image.Rect(left+strip.x0*scale, top+strip.y0*scale, left+strip.x1*scale, top+strip.y1*scale), image.NewUniform(strip.ink), image.Point{}, paint.Src)
	}
}

// weaveOn draws the first 4 × 32 bits of a hash along the foot: a one is a lying strip on top.
func weaveOn(canvas *image.RGBA, hash [32]byte, accent color.Color) {
	const rows, cols = 4, 32
	const cell, gap = cardWeave / rows, 4
	width := (cardWidth + cols - 1) / cols
	top := cardHeight - cardWeave
	rect := func(x0, y0, x1, y1 int, c color.Color) {
		paint.Draw(canvas, image.Rect(x0, y0, x1, y1), image.NewUniform(c), image.Point{}, paint.Src)
	}
	for j, row := range crossings(hash, cols, rows) {
		for i, over := range row {
			x, y := i*width, top+j*cell
			standing := color.Color(cardStrip)
			if i%8 == 0 {
				standing = accent
			}
			lying := func() { rect(x, y+gap, x+width, y+cell-gap, cardInk) }
			stand := func() { rect(x+gap, y, x+width-gap, y+cell, standing) }
			if over {
				stand()
				lying()
			} else {
				lying()
				stand()
			}
		}
	}
}

// typist writes on a picture.
type typist struct {
	canvas *image.RGBA
	font   *opentype.Font
}

// lines writes a text from a baseline on, at most so many lines wide as the picture; it gives the last baseline.
func (t typist) lines(text string, size float64, x, y int, ink color.Color, most int) (int, error) {
	face, err := opentype.NewFace(t.font, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return 0, fmt.Errorf("showcase: card: %w", err)
	}
	defer func() { _ = face.Close() }()
	d := font.Drawer{Dst: t.canvas, Src: image.NewUniform(ink), Face: face}
	room := fixed.I(cardWidth - 2*cardMargin)
	var all []string
	line := ""
	for _, word := range strings.Fields(text) {
		longer := strings.TrimSpace(line + " " + word)
		if line != "" && d.MeasureString(longer) > room {
			all, line = append(all, line), word
			continue
		}
		line = longer
	}
	all = append(all, line)
	if len(all) > most {
		all = all[:most]
		all[most-1] += "…"
	}
	for i, line := range all {
		if i > 0 {
			y += int(size * 1.12)
		}
		d.Dot = fixed.P(x, y)
		d.DrawString(line)
	}
	return y, nil
}
