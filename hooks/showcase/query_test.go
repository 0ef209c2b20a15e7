package showcase_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/ledger"
	"kpdk/hooks/showcase"
)

const staff, joinedStaff = 30, 12

// living is a co-op with twelve members of thirty staff, their savings, and a shop that sold for two months.
func living(t testing.TB) *testapp.App {
	t.Helper()
	app := testapp.New(t)
	for i := range staff {
		e := record(app, "employees", map[string]any{"name": fmt.Sprintf("Pegawai Rahasia %c", 'A'+i%26), "status": "civil_servant", "active": true})
		if i < joinedStaff {
			joined := "2026-09-10"
			if i >= 10 {
				joined = "2026-10-20"
			}
			record(app, "members", map[string]any{"number": i + 1, "name": e.GetString("name"), "employee": e.Id, "status": "active", "joined_on": joined,
				"email": fmt.Sprintf("rahasia%d@contoh.id", i)})
		}
	}
	maker := record(app, "consignors", map[string]any{"number": 1, "name": "Sri Wahyuni", "public_consent": true, "phone": "081234500000"})
	shy := record(app, "consignors", map[string]any{"number": 2, "name": "Pembuat Pemalu", "phone": "081234500001"})
	record(app, "products", map[string]any{"number": 1, "code": "B1", "name": "Beras", "unit": "5 kg", "barcode": "2000000000015", "price_rupiah": 82_000, "member_price_rupiah": 78_500, "active": true, "featured": true})
	record(app, "products", map[string]any{"number": 2, "code": "K1", "name": "Keripik tempe", "price_rupiah": 12_000, "cost_rupiah": 10_200, "consignor": maker.Id, "active": true})
	record(app, "products", map[string]any{"number": 3, "code": "K2", "name": "Keripik pedas", "price_rupiah": 12_000, "cost_rupiah": 10_000, "consignor": shy.Id, "active": true})
	record(app, "products", map[string]any{"number": 4, "code": "G1", "name": "Gula", "price_rupiah": 18_000, "active": true})
	for i := range int64(joinedStaff) {
		save(t, app, i+1)
		buy(t, app, i+1, "2026-10-28", i)
	}
	buy(t, app, 1, "2026-11-02", 20)
	return app
}

// record makes a record with an id of its own.
func record(app *testapp.App, collection string, values map[string]any) *core.Record {
	app.T.Helper()
	values["id"] = core.GenerateDefaultRandomId()
	return app.Record(collection, values)
}

// serve puts the page alone on a router of its own.
func serve(t testing.TB, app *testapp.App, port showcase.Port) *httptest.Server {
	t.Helper()
	router, err := apis.NewRouter(app)
	if err != nil {
		t.Fatal(err)
	}
	se := new(core.ServeEvent)
	se.App, se.Router = app, router
	if _, err := showcase.Serve(se, port); err != nil {
		t.Fatal(err)
	}
	mux, err := router.BuildMux()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

func do(t testing.TB, app *testapp.App, key string, write func(tx *act.Tx) error) {
	t.Helper()
	_, _, err := act.Do(context.Background(), app, act.Act{Kind: "test.write", Key: key, By: act.BySystem}, func(tx *act.Tx) (bool, error) { return true, write(tx) })
	if err != nil {
		t.Fatal(err)
	}
}

func save(t testing.TB, app *testapp.App, member int64) {
	t.Helper()
	do(t, app, fmt.Sprintf("save-%05d", member), func(tx *act.Tx) error {
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSavings, Date: "2026-10-20", Lines: []ledger.Line{
			ledger.Dr(ledger.Cash, 150_000), ledger.Cr(ledger.PrincipalSavings, 100_000, ledger.MemberParty(member)), ledger.Cr(ledger.MandatorySavings, 50_000, ledger.MemberParty(member))}})
		return err
	})
}

// buy sells a member one sack of rice and one bag of each maker's crackers.
func buy(t testing.TB, app *testapp.App, member int64, date clock.Date, nth int64) {
	t.Helper()
	do(t, app, fmt.Sprintf("sale-%05d", nth), func(tx *act.Tx) error {
		p, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSale, Date: date, Lines: []ledger.Line{ledger.Dr(ledger.Cash, 102_500),
			ledger.Cr(ledger.MemberSales, 78_500, ledger.MemberParty(member)), ledger.Cr(ledger.CommissionMember, 24_000)}})
		if err != nil {
			return err
		}
		if nth == 0 {
			if err := tx.Exec("INSERT INTO parties(id, kind, ref) VALUES(900, 'shift', '900')"); err != nil {
				return err
			}
			if err := tx.Exec("INSERT INTO shifts(id, key, till, cashier, party, opened_at, float) VALUES(1, 'k', 'K1', 'c', 900, 1, 0)"); err != nil {
				return err
			}
		}
		err = tx.Exec(`INSERT INTO sales(act, shift, till, number, member, sold_at, date, total, saved, change, entry, offline, flags) VALUES(?, 1, 'K1', ?, ?, 1, ?, 102500, 3500, 0, ?, 0, '')`,
			tx.ID(), nth+1, member, string(date), p.Entry)
		for line, product := range []int64{1, 2, 3} {
			var consignor any
			if product > 1 {
				consignor = product - 1
			}
			if err == nil {
				err = tx.Exec(`INSERT INTO sale_lines(sale, line, product, quantity, price, public_price, amount, cost, consignor) VALUES(?, ?, ?, 1000, 1, 1, 1, 1, ?)`, tx.ID(), line+1, product, consignor)
			}
		}
		return err
	})
}

func TestFiguresComeFromTheBooks(t *testing.T) {
	app := living(t)
	port := showcase.From(app, testapp.Public(), nil)
	f, err := port.Figures(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for name, pair := range map[string][2]any{
		"members": {f.Members, int64(12)}, "employees": {f.Employees, int64(30)}, "of the staff": {f.StaffMembers, int64(12)},
		"principal": {f.Principal, showcase.Held{Amount: 1_200_000, People: 10}}, "mandatory": {f.Mandatory, showcase.Held{Amount: 600_000, People: 10}},
		"voluntary": {f.Voluntary, showcase.Held{}}, "member sales": {f.MemberSales.Amount, money.Rupiah(13 * 78_500)},
		"paid": {f.Advantage.Paid, money.Rupiah(13 * 102_500)}, "saved": {f.Advantage.Saved, money.Rupiah(13 * 3_500)},
		"months": {len(f.Sales), 2}, "November": {f.Sales[1].Members, showcase.Held{Amount: 78_500, People: 1}},
		"participation": {fmt.Sprint(f.Participation), "[{2026-09 10 30} {2026-10 12 30} {2026-11 12 30}]"},
		"date":          {f.BusinessDate, "2026-11-03"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %v, want %v", name, pair[0], pair[1])
		}
	}
	hash, seq, err := ledger.Head(act.Read(app))
	if err != nil || f.Head.Seq != seq || string(f.Head.Hash[:]) != string(hash) || f.Head.Date != "2026-11-03" {
		t.Errorf("head %d %x, the ledger's is %d %x %v", f.Head.Seq, f.Head.Hash, seq, hash, err)
	}
}

// TestSalesAreCountedOnce sells between two readings; the second goes on where the first one stopped.
func TestSalesAreCountedOnce(t *testing.T) {
	app := living(t)
	port := showcase.From(app, testapp.Public(), nil)
	if _, err := port.Figures(context.Background()); err != nil {
		t.Fatal(err)
	}
	app.Travel(testapp.Now.Add(24 * time.Hour))
	buy(t, app, 2, "2026-11-04", 21)
	f, err := port.Figures(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if f.Advantage.Saved != 14*3_500 || f.Sales[1].Members.People != 2 {
		t.Errorf("saved %s by %d in November", f.Advantage.Saved, f.Sales[1].Members.People)
	}
	if len(f.Days) != 2 || f.Days[0].Date != "2026-11-04" || f.Days[1].Date != "2026-11-03" || f.Days[1].Seq != f.Days[0].Seq-1 {
		t.Errorf("daily heads: %v", f.Days)
	}
	app.Travel(time.Date(2027, 1, 4, 3, 0, 0, 0, time.UTC))
	if f, err = port.Figures(context.Background()); err != nil || f.Advantage.Saved != 0 || f.MemberSales.Amount != 0 {
		t.Errorf("the new year begins at nothing: %v %v", f.Advantage, err)
	}
}

func TestOnlyMakersWhoAgreedAreNamed(t *testing.T) {
	app := living(t)
	port := showcase.From(app, testapp.Public(), nil)
	if _, err := port.Figures(context.Background()); err != nil {
		t.Fatal(err)
	}
	makers, err := port.Consignors(context.Background())
	if err != nil || len(makers) != 1 {
		t.Fatalf("%v %v", makers, err)
	}
	if want := (showcase.Consignor{Maker: "Sri Wahyuni", Good: "Keripik tempe", Sold: money.One, Share: 10_200, Commission: 1_800}); makers[0] != want {
		t.Errorf("%v, want %v", makers[0], want)
	}
	shelf, err := port.Shelf(context.Background())
	if err != nil || len(shelf) != 1 || shelf[0].MemberPrice != 78_500 || shelf[0].PublicPrice != 82_000 {
		t.Errorf("shelf: %v %v", shelf, err)
	}
}

// TestNobodyReadsAPerson fetches the page as the public does and looks for everyone.
func TestNobodyReadsAPerson(t *testing.T) {
	app := living(t)
	server := serve(t, app, showcase.From(app, testapp.Public(), func() ([]showcase.Check, time.Time) {
		return []showcase.Check{{Name: "balanced", OK: true}}, testapp.Now
	}))
	for _, address := range []string{"/", "/?bahasa=en"} {
		answer, err := http.Get(server.URL + address)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d %v", address, answer.StatusCode, err)
		}
		page := string(raw)
		for _, secret := range []string{"Rahasia", "rahasia", "Pemalu", "Keripik pedas", "0812345"} {
			if strings.Contains(page, secret) {
				t.Errorf("%s: %q is on the public page", address, secret)
			}
		}
		if !strings.Contains(page, "40%") || !strings.Contains(page, "Sri Wahyuni") {
			t.Errorf("%s: the figures are missing", address)
		}
	}
}

// TestAnEmptyCoopHasAPage opens the page of the first minute.
func TestAnEmptyCoopHasAPage(t *testing.T) {
	app := testapp.New(t)
	answer, err := http.Get(serve(t, app, showcase.From(app, testapp.Public(), nil)).URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(raw), "Buku ini belum punya jurnal") {
		t.Errorf("%d %v %.200s", answer.StatusCode, err, raw)
	}
}
