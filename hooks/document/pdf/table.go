package pdf

// Column of a table: its title, its part of the width, and whether its cells are amounts, which end on the
// right so that their figures stand under each other.
type Column struct {
	Title  string
	Width  float64
	Amount bool
}

const rowHeight = 6.0

// Table adds rows of cells; total, when it has cells, stands under a stronger line. The head comes again on
// each page, and a row is never parted.
func (d *Doc) Table(columns []Column, rows [][]string, total []string) {
	var whole float64
	for _, c := range columns {
		whole += c.Width
	}
	widths := make([]float64, len(columns))
	for i, c := range columns {
		widths[i] = c.Width / whole * measure
	}
	d.room(3 * rowHeight)
	d.tableHead(columns, widths)
	for _, row := range rows {
		d.tableRow(columns, widths, row, text)
	}
	if len(total) > 0 {
		d.f.SetDrawColor(Ink[0], Ink[1], Ink[2])
		d.f.SetLineWidth(0.5)
		d.tableRow(columns, widths, total, bold)
		d.f.SetDrawColor(Line[0], Line[1], Line[2])
		d.f.SetLineWidth(0.2)
	}
	d.f.Ln(3)
}

func (d *Doc) tableHead(columns []Column, widths []float64) {
	f := d.f
	d.use(small, InkQuiet)
	for i, c := range columns {
		f.CellFormat(widths[i], rowHeight, c.Title, "", 0, side(c), false, 0, "")
	}
	f.Ln(rowHeight)
}

func (d *Doc) tableRow(columns []Column, widths []float64, cells []string, s style) {
	f := d.f
	d.use(s, Ink)
	lines := make([][]string, len(columns))
	most := 1
	for i := range columns {
		if i < len(cells) && cells[i] != "" {
			lines[i] = f.SplitText(cells[i], widths[i]-2)
			most = max(most, len(lines[i]))
		}
	}
	height := float64(most-1)*text.leading + rowHeight
	if f.GetY()+height > PageHeight-bottom {
		f.AddPage()
		d.tableHead(columns, widths)
		d.use(s, Ink)
	}
	x, y := margin, f.GetY()
	f.Line(margin, y, PageWidth-margin, y)
	for i, c := range columns {
		for n, line := range lines[i] {
			f.SetXY(x, y+0.6+float64(n)*text.leading)
			f.CellFormat(widths[i], text.leading, line, "", 0, side(c), false, 0, "")
		}
		x += widths[i]
	}
	f.SetXY(margin, y+height)
}

func side(c Column) string {
	if c.Amount {
		return "R"
	}
	return "L"
}
