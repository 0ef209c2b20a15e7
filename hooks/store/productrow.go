package store

import (
	"kpdk/hooks/document"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
)

// Why a row of a catalogue is refused or doubted, beside what document and the barcode say.
const (
	NameMissing     document.Code = "name_missing"
	PriceMissing    document.Code = "price_missing"
	StockNegative   document.Code = "stock_negative"
	StockLate       document.Code = "stock_late" // beside what the co-op opens with: an adjustment
	BarcodeRepeated document.Code = "barcode_repeated"
	CodeRepeated    document.Code = "code_repeated"

	// ProductAmbiguous is a row whose code is one product's and whose barcode another's.
	ProductAmbiguous document.Code = "product_ambiguous"

	// MemberPriceAbove is a row after which members would pay more than the public.
	MemberPriceAbove document.Code = "member_price_above"

	// ConsignorStock is a row that gives goods on the shelf another owner.
	ConsignorStock document.Code = "consignor_stock"
)

// ProductColumns are the headers of catalogues as shops and their tills write them.
var ProductColumns = document.Synonyms{
	"code":                {"kode", "kode barang", "kd barang", "kode produk", "kode item", "sku", "plu", "code", "product code", "item code"},
	"barcode":             {"barcode", "kode barcode", "barkode", "kode batang", "ean", "ean13", "ean-13", "upc", "gtin", "no barcode"},
	"name":                {"nama barang", "nama", "nama produk", "nama item", "barang", "produk", "deskripsi", "uraian", "name", "product", "product name", "item", "item name", "description"},
	"category":            {"kategori", "kelompok", "golongan", "jenis", "jenis barang", "kategori barang", "departemen", "category", "group"},
	"unit":                {"satuan", "sat", "unit", "uom", "kemasan"},
	"cost_rupiah":         {"harga beli", "hpp", "harga pokok", "harga modal", "modal", "harga perolehan", "hrg beli", "cost", "cost price", "purchase price"},
	"price_rupiah":        {"harga jual", "harga umum", "hrg jual", "harga jual umum", "harga", "harga eceran", "price", "selling price", "retail price"},
	"member_price_rupiah": {"harga anggota", "harga jual anggota", "hrg anggota", "harga member", "member price"},
	"stock":               {"stok", "stock", "qty", "jumlah", "jumlah stok", "sisa stok", "stok akhir", "saldo", "kuantitas", "quantity", "on hand"},
	"consignor":           {"konsinyasi", "titipan", "konsinyor", "penitip", "pemilik titipan", "pemasok titipan", "consignor", "consignment"},
}

// ProductRow is one product as a list has it; nil and empty mean that the list does not say.
type ProductRow struct {
	Line        int
	Code        string
	Barcode     string
	Name        string
	Category    string
	Unit        string
	Cost        *money.Rupiah // nil: unknown
	Price       money.Rupiah
	MemberPrice *money.Rupiah // nil: none of its own
	Stock       money.Quantity
	Consignor   string
}

// productReader reads one row's cells and collects all that is wrong with them.
type productReader struct {
	layout   document.Layout
	row      document.Row
	problems []document.Problem
}

// ReadProductRow reads one row of a catalogue. A product needs a name and a price; a cost of nothing means
// unknown, since nobody buys for nothing and books must not believe it.
func ReadProductRow(layout document.Layout, row document.Row) (ProductRow, []document.Problem) {
	r := &productReader{layout: layout, row: row}
	if layout.Shifted(row) {
		r.add("", document.ColumnsShifted, false, nil)
		return ProductRow{Line: row.Line}, r.problems
	}
	if r.isTotal() {
		r.add("name", document.TotalLine, false, nil)
		return ProductRow{Line: row.Line}, r.problems
	}
	product := ProductRow{
		Line:        row.Line,
		Code:        r.text("code", 40),
		Barcode:     r.barcode(),
		Name:        r.text("name", 120),
		Category:    r.text("category", 60),
		Unit:        r.text("unit", 20),
		Cost:        r.amount("cost_rupiah"),
		MemberPrice: r.amount("member_price_rupiah"),
		Stock:       r.stock(),
		Consignor:   r.text("consignor", 120),
	}
	if price := r.amount("price_rupiah"); price != nil {
		product.Price = *price
	} else if !r.blamed("price_rupiah") {
		r.add("price_rupiah", PriceMissing, false, nil)
	}
	if product.Name == "" && !r.blamed("name") {
		r.add("name", NameMissing, false, nil)
	}
	return product, r.problems
}

// isTotal recognises the line under a catalogue that adds it up. Goods have brands, so the word must stand
// in the place of the name, the code or the barcode, with none of the others filled.
func (r *productReader) isTotal() bool {
	words := 0
	for _, field := range []string{"code", "barcode", "name"} {
		cell := r.layout.Cell(r.row, field)
		if cell != "" && !document.IsTotal(cell) {
			return false
		}
		if cell != "" {
			words++
		}
	}
	return words > 0
}

func (r *productReader) add(field string, code document.Code, warning bool, params fault.Params) {
	r.problems = append(r.problems, document.Problem{Row: r.row.Line, Field: field, Code: code, Params: params, Warning: warning})
}

func (r *productReader) blamed(field string) bool {
	for _, p := range r.problems {
		if p.Field == field {
			return true
		}
	}
	return false
}

func (r *productReader) text(field string, most int) string {
	cell := r.layout.Cell(r.row, field)
	text, err := document.Text(cell, most)
	if err == nil && document.IsFormulaError(cell) {
		text, err = "", document.FormulaError
	}
	if err != nil {
		r.add(field, err.(document.Code), false, fault.Params{"max": most})
	}
	return text
}

// amount reads a price or cost; zero counts as not given.
func (r *productReader) amount(field string) *money.Rupiah {
	amount, _, err := document.ParseRupiah(r.layout.Cell(r.row, field))
	if err != nil {
		r.add(field, err.(document.Code), false, nil)
		return nil
	}
	if amount == 0 {
		return nil
	}
	return &amount
}

func (r *productReader) barcode() string {
	cell := r.layout.Cell(r.row, "barcode")
	code, err := ParseBarcode(cell)
	if err == nil && document.IsFormulaError(cell) {
		code, err = "", document.FormulaError
	}
	if err != nil {
		r.add("barcode", err.(document.Code), false, fault.Params{"max": maxBarcode})
		return ""
	}
	if thirteenDigits.MatchString(code) && !ValidEAN13(code) {
		r.add("barcode", BarcodeCheckDigit, true, fault.Params{"barcode": code})
	}
	return code
}

// stock reads what is on the shelf. A count that can't be trusted is left at zero with a warning: the product can
// be sold, and the next stocktake puts it right, which a wrong opening value would not be.
func (r *productReader) stock() money.Quantity {
	quantity, _, err := document.ParseQuantity(r.layout.Cell(r.row, "stock"))
	switch err {
	case nil:
		return quantity
	case document.QuantityNegative:
		r.add("stock", StockNegative, true, nil)
	default:
		r.add("stock", err.(document.Code), true, nil)
	}
	return 0
}

// FindRepeats rejects the second and every later row of a code or barcode, naming the first.
func FindRepeats(rows []ProductRow) []document.Problem {
	var problems []document.Problem
	codes, barcodes := map[string]int{}, map[string]int{}
	for _, row := range rows {
		first, code, field := codes[row.Code], CodeRepeated, "code"
		if first == 0 {
			first, code, field = barcodes[row.Barcode], BarcodeRepeated, "barcode"
		}
		if first > 0 {
			problems = append(problems, document.Problem{
				Row: row.Line, Field: field, Code: code, Params: fault.Params{"first": first, "line": row.Line},
			})
			continue
		}
		if row.Code != "" {
			codes[row.Code] = row.Line
		}
		if row.Barcode != "" {
			barcodes[row.Barcode] = row.Line
		}
	}
	return problems
}
