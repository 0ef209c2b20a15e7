package store

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/money"
)

var update = flag.Bool("update", false, "write the golden files anew")

// sharedCatalogue is a real shop's catalogue beside the repository, for those who have it.
const sharedCatalogue = "../../../shared/data/katalog.csv"

func readProducts(t *testing.T, data []byte) (read int, accepted []ProductRow, problems []document.Problem) {
	t.Helper()
	table, err := document.ReadTable("katalog.csv", data, document.Limits{Known: ProductColumns})
	if err != nil {
		t.Fatal(err)
	}
	layout := document.Columns(table.Header, ProductColumns)
	var rows []ProductRow
	for _, row := range table.Rows {
		product, found := ReadProductRow(layout, row)
		problems = append(problems, found...)
		if !document.Rejected(found) {
			rows = append(rows, product)
		}
	}
	repeats := FindRepeats(rows)
	problems = append(problems, repeats...)
	out := map[int]bool{}
	for _, p := range repeats {
		out[p.Row] = true
	}
	for _, row := range rows {
		if !out[row.Line] {
			accepted = append(accepted, row)
		}
	}
	return len(table.Rows), accepted, problems
}

func TestShopBringsItsCatalogue(t *testing.T) {
	data, err := os.ReadFile(sharedCatalogue)
	if os.IsNotExist(err) {
		t.Skip("katalog.csv is not beside the repository; the catalogue in testdata shows the same")
	}
	if err != nil {
		t.Fatal(err)
	}
	read, accepted, problems := readProducts(t, data)
	if read != 2566 || len(accepted) != 2566 {
		t.Errorf("read %d, accepted %d", read, len(accepted))
	}
	// Eleven thirteen-digit codes of this shop have a wrong last digit; nothing else is in doubt.
	for _, p := range problems {
		if p.Code != BarcodeCheckDigit || !p.Warning {
			t.Errorf("line %d: %s %s", p.Row, p.Code, p.Field)
		}
	}
	var stock money.Quantity
	for _, product := range accepted {
		stock += product.Stock
		if product.Cost == nil || product.Price <= 0 {
			t.Errorf("line %d: cost %v price %d", product.Line, product.Cost, product.Price)
		}
	}
	if stock != 22_000 {
		t.Errorf("stock %d", stock)
	}
}

func TestDirtyCatalogue(t *testing.T) {
	data, err := os.ReadFile("testdata/katalog-kotor.csv")
	if err != nil {
		t.Fatal(err)
	}
	read, accepted, problems := readProducts(t, data)
	var b strings.Builder
	fmt.Fprintf(&b, "read %d accepted %d\n", read, len(accepted))
	for line := range 200 {
		for _, p := range problems {
			if p.Row == line {
				fmt.Fprintf(&b, "%d %s %s", p.Row, p.Code, p.Field)
				if p.Warning {
					b.WriteString(" (warning)")
				}
				b.WriteByte('\n')
			}
		}
	}
	if *update {
		if err := os.WriteFile("testdata/katalog-kotor.golden", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/katalog-kotor.golden")
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

func TestReadProductRowWhole(t *testing.T) {
	layout := document.Columns([]string{"KODE BARANG", "Barcode", "Nama_Barang", "Kategori", "Sat.", "HPP", "Harga Jual (Rp)", "Harga Anggota", "Stok", "Titipan"}, ProductColumns)
	if len(layout.Unknown) > 0 {
		t.Fatalf("unknown columns: %v", layout.Unknown)
	}
	got, problems := ReadProductRow(layout, document.Row{Line: 2, Cells: []string{"B1", " kaos  kaki01 ", "Kaos Kaki", "Pakaian", "Psg", "7.500", "Rp 10.000", "9500", "12,5", "Bu Sri"}})
	cost, member := money.Rupiah(7500), money.Rupiah(9500)
	want := ProductRow{Line: 2, Code: "B1", Barcode: "KAOS KAKI01", Name: "Kaos Kaki", Category: "Pakaian", Unit: "Psg", Cost: &cost, Price: 10000, MemberPrice: &member, Stock: 12500, Consignor: "Bu Sri"}
	if !reflect.DeepEqual(got, want) || len(problems) != 0 {
		t.Errorf("got %+v %v\nwant %+v", got, problems, want)
	}
}

func TestNoHeaderWordServesTwoFields(t *testing.T) {
	for field, words := range ProductColumns {
		for _, word := range words {
			if layout := document.Columns([]string{word}, ProductColumns); !layout.Has(field) {
				t.Errorf("%q is a word of %s and of another field", word, field)
			}
		}
	}
}
