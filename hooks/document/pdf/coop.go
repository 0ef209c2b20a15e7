package pdf

import (
	"bytes"
	"image"
	_ "image/png" // a logo
	"strconv"
	"strings"

	"codeberg.org/go-pdf/fpdf"
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document"
)

// Coop is whose paper it is.
type Coop struct {
	Name   string
	Line   string // under the name: where it is, and its legal number
	Accent Colour
	Logo   []byte // PNG; without one the woven mark stands there
}

// usual is the accent of a co-op that chose none: the token --brand.
var usual = Colour{244, 176, 36}

// CoopOf reads whose paper it is. A logo that is no PNG is left out: paper shows the mark then.
func CoopOf(app core.App) (Coop, error) {
	r, err := app.FindFirstRecordByFilter("coop", "id != ''")
	if err != nil {
		return Coop{}, err
	}
	var line []string
	for _, field := range []string{"city", "legal_number"} {
		if v := r.GetString(field); v != "" {
			line = append(line, v)
		}
	}
	return Coop{Name: r.GetString("name"), Line: strings.Join(line, " · "), Accent: accent(r.GetString("brand")), Logo: logo(app, r)}, nil
}

func accent(hex string) Colour {
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
	if err != nil || len(hex) != 7 {
		return usual
	}
	return Colour{int(n >> 16), int(n >> 8 & 255), int(n & 255)}
}

func logo(app core.App, r *core.Record) []byte {
	name := r.GetString("logo")
	if !strings.HasSuffix(strings.ToLower(name), ".png") {
		return nil
	}
	raw, found, err := document.ReadStored(app, r, "logo")
	if err != nil || !found {
		return nil
	}
	if _, kind, err := image.DecodeConfig(bytes.NewReader(raw)); err != nil || kind != "png" {
		return nil
	}
	return raw
}

// Sign draws the logo, or the woven mark, into a square of so many millimetres.
func (c Coop) Sign(f *fpdf.Fpdf, x, y, size float64) { c.picture(f, x, y, size) }

// picture draws the logo or the mark into a square.
func (c Coop) picture(f *fpdf.Fpdf, x, y, size float64) bool {
	if len(c.Logo) > 0 && place(f, "logo", "PNG", c.Logo, x, y, size, size) {
		return true
	}
	Mark(f, x, y, size, c.Accent)
	return true
}

// Mark draws the woven mark: two strips across, two along, over and under each other (pb_public/mark.svg).
func Mark(f *fpdf.Fpdf, x, y, size float64, accent Colour) {
	paper := Colour{250, 246, 236}
	unit := size / 64
	fill := func(c Colour, px, py, w, h float64) {
		f.SetFillColor(c[0], c[1], c[2])
		f.Rect(x+(16+px)*unit, y+(16+py)*unit, w*unit, h*unit, "F")
	}
	f.SetFillColor(Ink[0], Ink[1], Ink[2])
	f.RoundedRect(x, y, size, size, 14*unit, "1234", "F")
	fill(paper, 1, 7, 30, 7)
	fill(paper, 1, 18, 30, 7)
	fill(Ink, 6, 0, 9, 14.5)
	fill(Ink, 17, 17.5, 9, 14.5)
	fill(accent, 7, 1, 7, 30)
	fill(accent, 18, 1, 7, 30)
	fill(Ink, 17, 6, 9, 9)
	fill(Ink, 6, 17, 9, 9)
	fill(paper, 16, 7, 11, 7)
	fill(paper, 5, 18, 11, 7)
}
