package store_test

import (
	"strings"
	"testing"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/store"
)

const smallCatalogue = `Kode;Barcode;Nama Barang;Kategori;Satuan;Harga Beli;Harga Jual;Harga Anggota;Stok
A1;8995522000015;Sabun cuci;Kebersihan rumah;pcs;9.000;12.500;12.000;10
A2;;Telur ayam;Sembako;kg;26.000;Rp 29.600,00;;2,5
A3;SANDAL2;Sandal;Baru;psg;;15.000;;4
A4;;Tanpa harga;Sembako;pcs;1.000;;;1
`

func importInto(t *testing.T, app *testapp.App, text string, dry bool) document.Report {
	t.Helper()
	report, err := store.ImportProducts(ctx, app, act.BySystem, document.Upload{Name: "katalog.csv", Data: []byte(text), DryRun: dry}, "id", nil)
	if err != nil {
		t.Fatal(err)
	}
	return report.Report
}

func TestCatalogueGoesInOnce(t *testing.T) {
	app := testapp.New(t)
	counts := func(r document.Report) [5]int {
		return [5]int{r.Read, r.Created, r.Updated, r.Unchanged, r.RejectedRows()}
	}
	for i, step := range []struct {
		text string
		dry  bool
		want [5]int
	}{
		{smallCatalogue, true, [5]int{4, 3, 0, 0, 1}},
		{smallCatalogue, false, [5]int{4, 3, 0, 0, 1}},
		{smallCatalogue, false, [5]int{4, 0, 0, 3, 1}},
		{smallCatalogue, true, [5]int{4, 0, 0, 3, 1}},
		{strings.Replace(smallCatalogue, "12.500", "12.750", 1), true, [5]int{4, 0, 1, 2, 1}},
		{strings.Replace(smallCatalogue, "12.500", "12.750", 1), false, [5]int{4, 0, 1, 2, 1}},
	} {
		if got := counts(importInto(t, app, step.text, step.dry)); got != step.want {
			t.Errorf("step %d: read, created, updated, unchanged, rejected %v, want %v", i, got, step.want)
		}
	}
	for account, want := range map[int]money.Rupiah{1131: 90_000 + 65_000, 3901: -155_000} {
		var got money.Rupiah
		if err := act.Read(app).Row("SELECT coalesce(sum(debit - credit), 0) FROM account_months WHERE account = ?", account).Scan(&got); err != nil || got != want {
			t.Errorf("account %d: %s (%v), want %s: the stock column counts once", account, got, err, want)
		}
	}
	sandal, found, err := store.GoodByBarcode(act.Read(app), "sandal2")
	if err != nil || !found || sandal.Stock.Quantity != 4*money.One || sandal.Stock.Value != 0 || sandal.Cost != 0 {
		t.Errorf("an unknown cost is no cost: %+v %v %v", sandal, found, err)
	}
	app.Verify()
}

func TestOneRowOfTwoProductsIsRefused(t *testing.T) {
	app := testapp.New(t)
	importInto(t, app, smallCatalogue, false)
	mixed := "kode,barcode,nama,harga jual\nA2,SANDAL2,Campur,1000\n"
	for _, dry := range []bool{true, false} {
		report := importInto(t, app, mixed, dry)
		if len(report.Rejected) != 1 || report.Rejected[0].Code != string(store.ProductAmbiguous) || report.Rejected[0].Row != 2 {
			t.Errorf("%+v", report.Rejected)
		}
	}
}

func TestARowThatCannotBeDoneLeavesTheOthersIn(t *testing.T) {
	app := testapp.New(t)
	importInto(t, app, smallCatalogue, false)
	odd := "kode,nama,harga jual,harga anggota,konsinyasi\nA1,Sabun cuci,11000,,\nA2,Telur ayam,29600,,Bu Tini\nA3,Sandal,15000,14000,Bu Tini\nA5,Baru,1000,1500,\nA6,Lain,1000,900,\n"
	for _, dry := range []bool{true, false} {
		report := importInto(t, app, odd, dry)
		var codes []string
		for _, r := range report.Rejected {
			codes = append(codes, r.Code)
		}
		if got := strings.Join(codes, " "); got != "member_price_above consignor_stock consignor_stock member_price_above" || report.Created != 1 {
			t.Errorf("dry %v: %s, created %d", dry, got, report.Created)
		}
	}
	app.Verify()
}
