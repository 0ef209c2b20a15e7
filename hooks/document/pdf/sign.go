package pdf

import (
	"bytes"
	"fmt"

	"codeberg.org/go-pdf/fpdf"
)

// Signature is a place to sign, or what was signed there.
type Signature struct {
	Role   string // "Yang memberi kuasa"
	Name   string
	Typed  string // a signature that was typed
	Drawn  []byte // a signature that was drawn: PNG
	Remark string // when and how it was given
}

// Sign adds places to sign, side by side.
func (d *Doc) Sign(all ...Signature) {
	if len(all) == 0 {
		return
	}
	f := d.f
	d.room(44)
	f.Ln(6)
	top, width := f.GetY(), measure/float64(len(all))
	for i, s := range all {
		x := margin + float64(i)*width
		f.SetXY(x, top)
		d.use(small, InkQuiet)
		f.CellFormat(width-6, 5, s.Role, "", 0, "L", false, 0, "")
		switch {
		case len(s.Drawn) > 0:
			place(f, fmt.Sprintf("signature-%d-%d", f.PageNo(), i), "PNG", s.Drawn, x, top+6, min(width-10, 50), 18)
		case s.Typed != "":
			f.SetXY(x, top+13)
			d.use(title, Ink)
			f.CellFormat(width-6, 8, s.Typed, "", 0, "L", false, 0, "")
		}
		f.Line(x, top+25, x+width-8, top+25)
		f.SetXY(x, top+26)
		d.use(bold, Ink)
		f.CellFormat(width-6, 5, s.Name, "", 2, "L", false, 0, "")
		d.use(small, InkQuiet)
		f.MultiCell(width-8, small.leading, s.Remark, "", "L", false)
	}
	f.SetXY(margin, top+40)
}

// place lays a picture into a box of so many millimetres, whole and from the top left.
func place(f *fpdf.Fpdf, name, kind string, raw []byte, x, y, width, height float64) bool {
	options := fpdf.ImageOptions{ImageType: kind}
	info := f.RegisterImageOptionsReader(name, options, bytes.NewReader(raw))
	if f.Err() || info == nil || info.Width() == 0 || info.Height() == 0 {
		return false
	}
	by := min(width/info.Width(), height/info.Height())
	f.ImageOptions(name, x, y, info.Width()*by, info.Height()*by, false, options, 0, "")
	return true
}
