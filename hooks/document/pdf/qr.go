package pdf

import (
	"codeberg.org/go-pdf/fpdf"
	"github.com/skip2/go-qrcode"
)

// Quiet is the empty rim that a reader needs around a code, in modules (ISO/IEC 18004).
const Quiet = 4

// QR draws a code as shapes into a white square of so many millimetres, its quiet rim within: sharp on any
// printer, and black whatever the brand.
func QR(f *fpdf.Fpdf, payload string, x, y, size float64) {
	code, err := qrcode.New(payload, qrcode.Medium)
	if err != nil {
		f.SetError(err)
		return
	}
	code.DisableBorder = true
	map_ := code.Bitmap()
	module := size / float64(len(map_)+2*Quiet)
	f.SetFillColor(255, 255, 255)
	f.Rect(x, y, size, size, "F")
	f.SetFillColor(0, 0, 0)
	for row, cells := range map_ {
		for from := 0; from < len(cells); from++ {
			if !cells[from] {
				continue
			}
			to := from
			for to < len(cells) && cells[to] {
				to++
			}
			f.Rect(x+float64(Quiet+from)*module, y+float64(Quiet+row)*module, float64(to-from)*module, module, "F")
			from = to
		}
	}
}

// QR adds a code at the right of the page, beside what comes next.
func (d *Doc) QR(payload string, size float64) {
	d.room(size)
	QR(d.f, payload, PageWidth-margin-size, d.f.GetY(), size)
}

// Beside writes to the left of a code of so many millimetres that was just added: running text, then a label
// with what is compared letter by letter.
func (d *Doc) Beside(code float64, s, label, hash string) {
	f, top := d.f, d.f.GetY()
	f.SetRightMargin(margin + code)
	d.Text(s)
	d.Note(label)
	d.Code(hash)
	f.SetRightMargin(margin)
	f.SetY(max(f.GetY(), top+code))
}

// Modules is how many modules a code has on each side, its quiet rim not counted.
func Modules(payload string) (int, error) {
	code, err := qrcode.New(payload, qrcode.Medium)
	if err != nil {
		return 0, err
	}
	code.DisableBorder = true
	return len(code.Bitmap()), nil
}
