package demo

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"kpdk/hooks/internal/money"
	"kpdk/hooks/store"
)

// goods.csv is the demo's shop, for people to read and change. The last columns say how often a thing
// is bought (1 to 10), from whom (a supplier, or @n for the nth member who brings home-made food), and
// whether it is weighed (timbang) or shown on the public page (unggulan).
//
//go:embed goods.csv
var goodsFile []byte

// good is one thing on the shelf, with what the builder knows of its stock.
type good struct {
	code, barcode, name, category, unit string
	cost, price, member                 money.Rupiah
	often                               int
	supplier                            string // empty: consigned
	maker                               int    // consigned: whose, from 1
	weighed, featured                   bool
	stock, par                          money.Quantity
}

// suppliers of the demo, by their word in goods.csv.
var suppliers = []struct {
	key, name, phone string
	credit           bool // delivers on credit; the others want cash while there is enough
}{
	{"pangan", "CV Lumbung Pangan Bersama (contoh)", "08005550001", true},
	{"minuman", "PT Tirta Sejuk Distribusi (contoh)", "08005550002", false},
	{"camilan", "UD Renyah Sentosa (contoh)", "08005550003", false},
	{"bersih", "CV Bersih Wangi Abadi (contoh)", "08005550004", false},
	{"kantor", "Toko Grosir Alat Kantor (contoh)", "08005550005", false},
	{"pasar", "Pasar Induk, lapak Bu Tarmi (contoh)", "08005550006", false},
}

// household goods are bought on credit, by plan and not by chance.
const household = "Barang rumah"

// barcodeHead is 899, given out in Indonesia, and a company number of zeros, which nobody has.
const barcodeHead = "899000"

// readGoods reads the shop; crowd is how many members it must feed, in hundredths of 300.
func readGoods(crowd int) ([]*good, error) {
	r := csv.NewReader(bytes.NewReader(goodsFile))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	var goods []*good
	for i, row := range rows[1:] {
		g := &good{code: fmt.Sprintf("B%04d", i+1), name: row[0], category: row[1], unit: row[2]}
		for col, into := range map[int]*money.Rupiah{3: &g.cost, 4: &g.price, 5: &g.member} {
			n, err := strconv.ParseInt(row[col], 10, 64)
			if err != nil {
				return nil, fmt.Errorf("demo: goods.csv %s: %w", g.name, err)
			}
			*into = money.Rupiah(n)
		}
		if g.often, err = strconv.Atoi(row[6]); err != nil || g.often < 1 {
			return nil, fmt.Errorf("demo: goods.csv %s: how often is %q", g.name, row[6])
		}
		if maker, consigned := strings.CutPrefix(row[7], "@"); consigned {
			if g.maker, err = strconv.Atoi(maker); err != nil {
				return nil, fmt.Errorf("demo: goods.csv %s: %w", g.name, err)
			}
		} else {
			g.supplier = row[7]
			digit, _ := store.EAN13CheckDigit(fmt.Sprintf("%s%06d", barcodeHead, i+1)) // twelve digits always have one
			g.barcode = fmt.Sprintf("%s%06d%c", barcodeHead, i+1, digit)
		}
		g.weighed, g.featured = strings.Contains(row[8], "timbang"), strings.Contains(row[8], "unggulan")
		if g.category == household {
			g.par = 4 * money.One
			goods = append(goods, g)
			continue
		}
		g.par = money.Quantity(max(6, (12+g.often*9)*crowd/100)) * money.One
		goods = append(goods, g)
	}
	return goods, nil
}

// scan is what the cashier's scanner or fingers send.
func (g *good) scan() string {
	if g.barcode != "" {
		return g.barcode
	}
	return g.code
}

// catalogue writes the shop's list for the import, with the stock it opens with.
func (b *builder) catalogue() ([]byte, error) {
	rows := [][]string{{"Kode", "Barcode", "Nama Barang", "Kategori", "Satuan", "Harga Beli", "Harga Jual", "Harga Anggota", "Stok", "Konsinyasi"}}
	for _, g := range b.goods {
		maker, stock := "", ""
		if g.maker > 0 {
			maker = b.makers[(g.maker-1)%len(b.makers)].name
		} else {
			g.stock = g.par
			stock = strconv.FormatInt(int64(g.stock/money.One), 10)
		}
		rows = append(rows, []string{g.code, g.barcode, g.name, g.category, g.unit, fmt.Sprint(int64(g.cost)), fmt.Sprint(int64(g.price)), fmt.Sprint(int64(g.member)), stock, maker})
	}
	return semicolons(rows)
}

// amountOf is how much of a thing somebody takes.
func (g *good) amountOf(rng *rand.Rand) money.Quantity {
	switch {
	case g.weighed:
		return money.Quantity(1+rng.IntN(6)) * 250 // quarter kilograms
	case g.price < 5_000:
		return money.Quantity(1+rng.IntN(5)) * money.One
	case g.price < 20_000 && rng.IntN(4) == 0:
		return 2 * money.One
	}
	return money.One
}
