package opening_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"
	"pgregory.net/rapid"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
	"kpdk/hooks/opening"
	"kpdk/hooks/store"
)

var ctx = context.Background()

// shelf is the store's side, as hooks wires it.
var shelf = opening.Stock{
	Find: func(r act.Reader, code string) (opening.Good, bool, error) {
		g, found, err := store.GoodByBarcode(r, code)
		return opening.Good{Number: g.Number, Consigned: g.Consignor != 0, Lies: g.Stock.Quantity != 0 || g.Stock.Value != 0}, found, err
	},
	Put: store.PutOpening,
}

type coop struct {
	*testapp.App
	manager act.Actor
	a, b    *core.Record // members
	soap    *core.Record
}

func newCoop(t testing.TB) *coop {
	app := testapp.New(t)
	c := &coop{app, testapp.By(app.Manager()), app.Member("Ani"), app.Member("Budi"), app.Product("8995522000015", 12_000, 11_000, 0, 0)}
	app.Record("suppliers", map[string]any{"number": 3, "name": "Grosir Makmur"})
	app.Record("bank_accounts", map[string]any{"number": 2, "name": "Bank kedua"})
	app.Record("bank_accounts", map[string]any{"number": 4, "name": "Bank lama", "closed": true})
	return c
}

// file is a list as a treasurer's spreadsheet writes it.
func (c *coop) file(extra ...string) document.Upload {
	rows := []string{"SALDO AWAL KOPERASI", "Jenis;Kode;Nama;Debit;Kredit;Jumlah;Harga Pokok;Jatuh Tempo",
		"Akun;1101;Kas besar;5.000.000;;;;",
		"Akun;1111;Bank;Rp 12.000.000,00;;;;",
		"Akun;1111:2;Bank kedua;8.000.000;;;;",
		"Akun;1209;Akumulasi penyusutan;;1.000.000;;;",
		"Akun;1201;Aset tetap;4.000.000;;;;",
		fmt.Sprintf("Simpanan Pokok;%04d;Ani;;100.000;;;", c.a.GetInt("number")),
		fmt.Sprintf("pokok;%d;Budi;;100.000;;;", c.b.GetInt("number")),
		fmt.Sprintf("wajib;%d;Ani;;600.000;;;", c.a.GetInt("number")),
		fmt.Sprintf("sukarela;%d;Budi;;250.000;;;", c.b.GetInt("number")),
		fmt.Sprintf("belanja;%d;Ani;75.000;;;;2026-10-05", c.a.GetInt("number")),
		fmt.Sprintf("belanja;%d;Ani;25.000;;;;2026-10-09", c.a.GetInt("number")),
		"pemasok;Grosir Makmur;;;1.200.000;;;",
		"barang;8995522000015;Sabun;;;24;8.500;",
		"Akun;3101;Simpanan pokok;;200.000;;;",
		"Akun;1131;Persediaan;204.000;;;;",
		"Akun;3201;Cadangan umum;;26.054.000;;;",
		"JUMLAH;;;29.304.000;29.304.000;;;"}
	return document.Upload{Name: "saldo.csv", Data: []byte(strings.Join(append(rows, extra...), "\n"))}
}

func (c *coop) take(list document.Upload) (opening.Report, error) {
	list.Key = ulid.New()
	r, _, err := opening.Import(ctx, c, shelf, c.manager, list, "2026-10-31", "id")
	return r, err
}

func (c *coop) journal() (n int) {
	c.T.Helper()
	if err := act.Read(c).Row("SELECT count(*) FROM journal").Scan(&n); err != nil {
		c.T.Fatal(err)
	}
	return n
}

func TestAnOpeningIsTriedTakenAndTakenBack(t *testing.T) {
	c := newCoop(t)
	dry := c.file()
	dry.DryRun = true
	if r, err := c.take(dry); err != nil || !r.OK() || r.Done || r.Debit != 29_304_000 || r.Credit != r.Debit || c.journal() != 0 {
		t.Fatalf("a try: %+v %v", r, err)
	}
	r, err := c.take(c.file())
	if err != nil || !r.Done || r.Entries != 1 {
		t.Fatalf("%+v %v", r, err)
	}
	reader := act.Read(c)
	for account, want := range map[int]money.Rupiah{ledger.OpeningBalance: 0, ledger.Cash: 5_000_000, ledger.PrincipalSavings: -200_000, ledger.Inventory: 204_000, ledger.StoreReceivable: 100_000, ledger.SupplierPayable: -1_200_000} {
		if got, err := ledger.AccountBalance(reader, account); err != nil || got != want {
			t.Errorf("account %d holds %d (%v), want %d", account, got, err, want)
		}
	}
	if second, err := ledger.Balance(reader, book.Of(book.Bank, 2), ledger.Bank); err != nil || second != 8_000_000 {
		t.Errorf("the second bank holds %d (%v)", second, err)
	}
	items, err := ledger.OpenItems(reader, int64(c.a.GetInt("number")))
	if err != nil || len(items) != 2 || items[0].Date != "2026-10-05" || items[0].Amount != 75_000 {
		t.Errorf("what payroll will collect: %+v %v", items, err)
	}
	good, _, err := store.GoodByID(reader, c.soap.Id)
	if err != nil || good.Stock != (store.Stock{Quantity: 24_000, Value: 204_000, LastCost: 8500}) {
		t.Errorf("on the shelf: %+v %v", good.Stock, err)
	}
	c.Verify()
	if _, err := c.take(c.file()); !errors.Is(err, &fault.Fault{Code: "opening.done_already"}) {
		t.Errorf("a second opening: %v", err)
	}
	if s, err := opening.StateOf(act.Read(c)); err != nil || !s.MayUndo || s.Balances != 14 {
		t.Errorf("%+v %v", s, err)
	}
	if _, _, err := opening.Undo(ctx, c, shelf, ulid.New(), c.manager, "salah tanggal"); err != nil {
		t.Fatal(err)
	}
	for _, account := range []int{ledger.Cash, ledger.PrincipalSavings, ledger.Inventory, ledger.StoreReceivable, ledger.OpeningBalance} {
		if got, err := ledger.AccountBalance(act.Read(c), account); err != nil || got != 0 {
			t.Errorf("taken back, account %d holds %d (%v)", account, got, err)
		}
	}
	c.Verify()
	if r, err := c.take(c.file()); err != nil || !r.Done { // and again, corrected
		t.Fatalf("%+v %v", r, err)
	}
	c.Act("test.post", func(tx *act.Tx) error {
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayment, Date: "2026-11-03", Lines: []ledger.Line{ledger.Dr(6101, 5), ledger.Cr(ledger.Cash, 5)}})
		return err
	})
	if _, _, err := opening.Undo(ctx, c, shelf, ulid.New(), c.manager, "terlambat"); !errors.Is(err, &fault.Fault{Code: "opening.built_on"}) {
		t.Errorf("after another posting: %v", err)
	}
	c.Verify()
}

// Once anything else is in the books nobody brings balances in by themselves any more, whole or in pieces: neither
// the first list, nor another after the first was taken back.
func TestNoOpeningComesAfterOtherEntries(t *testing.T) {
	for name, before := range map[string]bool{"the first": false, "after one that was taken back": true} {
		t.Run(name, func(t *testing.T) {
			c := newCoop(t)
			c.Act("test.goods", func(tx *act.Tx) error { // as a list of products brings them: they are part of what a co-op opens with
				_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindOpening, Date: "2026-10-30", Lines: []ledger.Line{ledger.Dr(1151, 5), ledger.Cr(3201, 5)}})
				return err
			})
			if before {
				if r, err := c.take(c.file()); err != nil || !r.Done {
					t.Fatalf("%+v %v", r, err)
				}
				if _, _, err := opening.Undo(ctx, c, shelf, ulid.New(), c.manager, "salah"); err != nil {
					t.Fatal(err)
				}
			}
			if s, err := opening.StateOf(act.Read(c)); err != nil || s != (opening.State{}) {
				t.Errorf("%+v %v", s, err)
			}
			c.Act("test.post", func(tx *act.Tx) error {
				_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayment, Date: "2026-11-03", Lines: []ledger.Line{ledger.Dr(6101, 5), ledger.Cr(ledger.Cash, 5)}})
				return err
			})
			entries := c.journal()
			dry := c.file()
			dry.DryRun = true
			for _, list := range []document.Upload{dry, c.file(), {Name: "sepotong.csv", Data: []byte("jenis;kode;debit;kredit\nakun;6109;7.000.000;\nakun;1101;;7.000.000\n")}} {
				if r, err := c.take(list); !errors.Is(err, &fault.Fault{Code: "opening.late"}) || r.Done {
					t.Errorf("%s: %+v %v", list.Name, r, err)
				}
			}
			if s, err := opening.StateOf(act.Read(c)); err != nil || s != (opening.State{Late: true}) || c.journal() != entries {
				t.Errorf("%+v %v, %d entries more", s, err, c.journal()-entries)
			}
		})
	}
}

// A try says what the real thing would say: of a month that is closed, and of a day that has not come.
func TestATrySaysWhatTheRealOneWould(t *testing.T) {
	c := newCoop(t)
	if _, _, err := ledger.ClosePeriod(ctx, c, ulid.New(), act.ByConsole, "2026-09"); err != nil {
		t.Fatal(err)
	}
	for date, want := range map[clock.Date]string{"2026-09-30": "ledger.period_closed", "2026-12-01": "input.invalid"} {
		for _, dry := range []bool{true, false} {
			list := c.file()
			list.DryRun, list.Key = dry, ulid.New()
			if r, _, err := opening.Import(ctx, c, shelf, c.manager, list, date, "id"); testapp.Refusal(err) != want || r.Done {
				t.Errorf("%s, a try: %v: %+v %v, want %s", date, dry, r, err, want)
			}
		}
	}
}

// Whatever is wrong, nothing goes in, and each thing is named.
func TestAWrongListLeavesNothing(t *testing.T) {
	c := newCoop(t)
	number := c.b.GetInt("number")
	left := c.Record("members", map[string]any{"number": 900_001, "name": "Keluar", "status": "left"})
	for row, code := range map[string]document.Code{
		"warna;1;;1;;;;":                    opening.KindUnknown,
		"akun;;;1;;;;":                      opening.CodeMissing,
		"akun;kas;;1;;;;":                   opening.CodeUnreadable,
		"akun;9999;;1;;;;":                  opening.AccountUnknown,
		"akun;1111:2;;1;;;;":                opening.Repeated,
		"akun;1111:01;;1;;;;":               opening.Repeated,
		"akun;1111:3;;1;;;;":                opening.AccountUnknown,
		"akun;1111:4;;1;;;;":                opening.AccountUnknown,
		"akun;1111:dua;;1;;;;":              opening.CodeUnreadable,
		"akun;1151:1;;1;;;;":                opening.CodeUnreadable,
		"akun;1102;;1;;;;":                  opening.AccountByParty,
		"akun;3901;;1;;;;":                  opening.AccountByParty,
		"akun;1101;;1;;;;":                  opening.Repeated,
		"akun;1151;;1;2;;;":                 opening.BothSides,
		"akun;1151;;1,5;;;;":                document.AmountFraction,
		"akun;1151;;lima;;;;":               document.AmountUnreadable,
		"akun;1151;;99.999.999.999.999;;;;": document.AmountTooLarge,
		"wajib;9999;;;1;;;":                 opening.MemberUnknown,
		"wajib;A1;;;1;;;":                   opening.CodeUnreadable,
		fmt.Sprintf("wajib;%d;;;1;;;", left.GetInt("number")): opening.MemberNotActive,
		fmt.Sprintf("keluar;%d;;;1;;;", number):               opening.MemberNotLeft,
		fmt.Sprintf("wajib;%d;;1;;;;", number):                opening.WrongSide,
		fmt.Sprintf("belanja;%d;;;1;;;", number):              opening.WrongSide,
		fmt.Sprintf("belanja;%d;;;;;;", number):               opening.AmountMissing,
		fmt.Sprintf("belanja;%d;;1;;;;2026-11-01", number):    opening.DateAfter,
		fmt.Sprintf("belanja;%d;;1;;;;kapan", number):         document.DateUnreadable,
		"pemasok;Toko Gaib;;;1;;;":                            opening.SupplierUnknown,
		"penitip;7;;;1;;;":                                    opening.ConsignorUnknown,
		"barang;8990000000000;;;;1;5;":                        opening.ProductUnknown,
		"barang;8995522000015;;;;;5;":                         opening.QuantityMissing,
		"barang;8995522000015;;7;;1;5;":                       opening.ValueDiffers,
		"barang;8995522000015;;;;1;;":                         opening.AmountMissing,
	} {
		r, err := c.take(c.file(row))
		if err != nil || r.Done || !slices.ContainsFunc(r.Rejected, func(p document.RowProblem) bool {
			return p.Code == string(code) && p.Message != "" && !strings.Contains(p.Message, "fault.")
		}) {
			t.Errorf("%s: %+v %v, want %s", row, r.Rejected, err, code)
		}
	}
	// A total that its members don't come to, and what keeps it all from balancing.
	r, err := c.take(c.file("akun;3102;Simpanan wajib;;650.000;;;", "akun;1151;Dibayar di muka;7;;;;"))
	want := []opening.Difference{{3102, "Simpanan wajib", 20, -650_000, -600_000, -50_000}, {3901, "Penyeimbang saldo awal", 0, 0, -7, 7}}
	if err != nil || r.Done || !slices.Equal(r.Differences, want) {
		t.Errorf("%+v %v", r.Differences, err)
	}
	if c.journal() != 0 {
		t.Error("something was posted")
	}
	c.Verify()
}

// Any list that balances goes in whole, whatever its members and goods, and goes out again without a trace.
func TestAnyBalancedListGoesInAndOut(t *testing.T) {
	c := newCoop(t)
	numbers := []int{c.a.GetInt("number"), c.b.GetInt("number")}
	rapid.Check(t, func(t *rapid.T) {
		rows, rest := []string{"jenis;kode;debit;kredit;jumlah"}, money.Rupiah(0)
		put := func(kind string, code any, amount money.Rupiah, quantity string) {
			debit, credit := "", ""
			if amount > 0 {
				debit = amount.Format()
			} else {
				credit = (-amount).Format()
			}
			rows, rest = append(rows, fmt.Sprintf("%s;%v;%s;%s;%s", kind, code, debit, credit, quantity)), rest+amount
		}
		amount := func() money.Rupiah { return money.Rupiah(rapid.Int64Range(1, 10_000_000_000).Draw(t, "amount")) }
		for _, n := range numbers {
			for _, kind := range []string{"pokok", "wajib", "sukarela", "titipan"} {
				if rapid.Bool().Draw(t, kind) {
					put(kind, n, -amount(), "")
				}
			}
			for range rapid.IntRange(0, 3).Draw(t, "debts") {
				put(rapid.SampledFrom([]string{"belanja", "angsuran"}).Draw(t, "debt"), n, amount(), "")
			}
		}
		if rapid.Bool().Draw(t, "goods") {
			put("barang", "8995522000015", amount(), fmt.Sprint(rapid.IntRange(1, 900).Draw(t, "quantity")))
		}
		if rest == 0 {
			put("akun", 1101, amount(), "")
		}
		put("akun", 3201, -rest, "")
		report, err := c.take(document.Upload{Name: "x.csv", Data: []byte(strings.Join(rows, "\n"))})
		if err != nil || !report.Done {
			t.Fatalf("%s\n%+v %v", strings.Join(rows, "\n"), report, err)
		}
		if _, _, err := opening.Undo(ctx, c, shelf, ulid.New(), c.manager, "coba"); err != nil {
			t.Fatal(err)
		}
	})
	c.Verify()
	var left int
	if err := act.Read(c).Row("SELECT (SELECT count(*) FROM party_balances WHERE amount <> 0) + (SELECT count(*) FROM item_remainders WHERE remainder <> 0) + (SELECT count(*) FROM stock WHERE quantity <> 0 OR value <> 0)").Scan(&left); err != nil || left != 0 {
		t.Errorf("%d balances are left (%v)", left, err)
	}
}

// FuzzReadRow: no cell makes the reader panic, and what it takes is in bounds and on its side.
func FuzzReadRow(f *testing.F) {
	for _, seed := range [][8]string{{"pokok", "0846", "", "100.000", "", "", "", ""}, {"barang", "8995522000015", "", "", "", "1,5", "8.500", ""},
		{"akun", "1209", "", "", "(1.000.000)", "", "", "31/10/2026"}, {"JUMLAH", "", "1", "1", "", "", "", ""}} {
		f.Add(seed[0], seed[1], seed[2], seed[3], seed[4], seed[5], seed[6], seed[7])
	}
	layout := document.Columns([]string{"jenis", "kode", "debit", "kredit", "saldo", "jumlah", "harga pokok", "tanggal"}, opening.Columns)
	f.Fuzz(func(t *testing.T, kind, code, debit, credit, balance, quantity, cost, date string) {
		row, problems, skip := opening.ReadRow(layout, document.Row{Line: 7, Cells: []string{kind, code, debit, credit, balance, quantity, cost, date}})
		if skip || document.Rejected(problems) {
			return
		}
		const most = 10_000_000_000_000
		if row.Line != 7 || row.Code == "" || row.Amount > most || row.Amount < -most || row.Quantity < 0 || (row.Kind == opening.Product) != (row.Quantity > 0) {
			t.Errorf("%+v", row)
		}
		if row.Amount == 0 && row.Kind != opening.Account {
			t.Errorf("a balance of nothing: %+v", row)
		}
		if _, ok := clock.ParseDate(string(row.Date)); row.Date != "" && !ok {
			t.Errorf("a day that isn't one: %q", row.Date)
		}
	})
}

// FuzzBalanceList: whatever a file holds, it is refused in words or read to its end; what is ready to be posted
// balances and is in bounds, and a try writes nothing.
func FuzzBalanceList(f *testing.F) {
	c := newCoop(f)
	f.Add("saldo.csv", c.file().Data)
	f.Add("saldo.csv", []byte("jenis,kode,saldo\nakun,1101,100\nakun,3201,100\n"))
	f.Add("saldo.txt", []byte("Nama\tNIP\nAni\t1\n"))
	f.Add("saldo.xlsx", []byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		report, _, err := opening.Import(ctx, c, shelf, c.manager, document.Upload{Name: name, Data: data, DryRun: true}, "2026-10-31", "id")
		if err != nil {
			if !fault.IsFault(err) {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		var entries int
		if err := act.Read(c).Row("SELECT count(*) FROM journal").Scan(&entries); err != nil || entries != 0 {
			t.Errorf("a try left %d entries: %v", entries, err)
		}
		if report.OK() && (report.Debit != report.Credit || report.Debit < 0 || report.Debit > money.Max) {
			t.Errorf("%+v", report)
		}
	})
}

// A wrong file is told what it lacks and what it has, by the names that people write above columns.
func TestAWrongFileHearsWhichColumnsItLacks(t *testing.T) {
	c := newCoop(t)
	for _, list := range []struct{ data, columns, found string }{
		{"Nama;NIP;Gaji\nAni;1;2\n", "jenis, kode, saldo", "Nama, NIP, Gaji"},
		{"Jenis;Kode;Nama\npokok;1;Ani\n", "saldo", "Jenis, Kode, Nama"},
		{"Jenis;Saldo\npokok;5\n", "kode", "Jenis, Saldo"},
		{"Kode;Debit;Kredit;a;b;c;d;e;f;g;h;i;j;k\n1;2;3\n", "jenis", "Kode, Debit, Kredit, a, b, c, d, e, f, g, h, i, …"},
	} {
		_, err := c.take(document.Upload{Name: "x.csv", Data: []byte(list.data)})
		var refusal *fault.Fault
		if !errors.As(err, &refusal) || refusal.Code != "opening.columns_missing" || refusal.Params["columns"] != list.columns || refusal.Params["found"] != list.found {
			t.Errorf("%q: %+v %v", list.data, refusal, err)
		}
	}
}
