package portal_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/portal"
)

type coop struct {
	*testapp.App
	url     string
	cashier *core.Record
	shift   string
}

func newCoop(t *testing.T) *coop {
	c := &coop{App: testapp.New(t)}
	c.url = c.Serve().URL
	c.cashier = c.Operator(act.Cashier)
	c.shift = c.Shift(c.cashier)
	return c
}

// ask sends as somebody and reads the answer; nobody is nil.
func (c *coop) ask(who *core.Record, method, path string, body, into any) int {
	c.T.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		c.T.Fatal(err)
	}
	request, err := http.NewRequest(method, c.url+path, bytes.NewReader(raw))
	if err != nil {
		c.T.Fatal(err)
	}
	if who != nil {
		request.Header.Set("Authorization", c.Token(who))
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.T.Fatal(err)
	}
	defer response.Body.Close()
	if into != nil {
		if err := json.NewDecoder(response.Body).Decode(into); err != nil {
			c.T.Fatalf("%s %s: %d %v", method, path, response.StatusCode, err)
		}
	}
	return response.StatusCode
}

func (c *coop) sell(buyer *core.Record, product *core.Record, quantity int, price money.Rupiah) {
	c.T.Helper()
	status := c.ask(c.cashier, "POST", "/api/coop/store/sales", map[string]any{"id": ulid.New(), "shift": c.shift, "sold_at": c.Now(), "offline": false,
		"buyer": map[string]any{"member": buyer.GetInt("number")}, "lines": []any{map[string]any{"product": product.Id, "quantity": fmt.Sprint(quantity), "price_rupiah": price}},
		"tenders": []any{map[string]any{"kind": "cash", "amount_rupiah": price * money.Rupiah(quantity)}}}, nil)
	if status != http.StatusCreated {
		c.T.Fatalf("the sale: %d", status)
	}
}

// What a member's phone gets of the shop: own categories in order, and no maker's name.
func TestMemberReadsTheShelf(t *testing.T) {
	c := newCoop(t)
	snacks := c.Record("categories", map[string]any{"name": "Rak Dua", "sort": 902})
	staples := c.Record("categories", map[string]any{"name": "Rak Satu", "sort": 901})
	c.Record("categories", map[string]any{"name": "Rak Kosong", "sort": 900})
	maker := c.Record("consignors", map[string]any{"number": 77, "name": "Dapur Rahasia"})
	rice := c.Product("8995522000015", 75_000, 72_000, 66_000, 4)
	chips := c.Product("2000000000015", 9_000, 0, 5_000, 0)
	for record, values := range map[*core.Record]map[string]any{rice: {"category": staples.Id}, chips: {"category": snacks.Id, "consignor": maker.Id}, c.Product("1", 500, 0, 1, 0): {"active": false}} {
		record.Load(values)
		if err := c.UnsafeWithoutHooks().SaveNoValidate(record); err != nil {
			t.Fatal(err)
		}
	}
	var raw json.RawMessage
	if status := c.ask(c.Member("Sari"), "GET", "/api/coop/me/catalogue", nil, &raw); status != http.StatusOK {
		t.Fatal(status)
	}
	if strings.Contains(string(raw), "Rahasia") || strings.Contains(string(raw), "cost") {
		t.Errorf("the shelf tells who made it or what it cost: %s", raw)
	}
	var shelf portal.Shelf
	if err := json.Unmarshal(raw, &shelf); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(shelf.Categories, []string{"Rak Satu", "Rak Dua"}) || len(shelf.Goods) != 2 || !shelf.At.Equal(c.Now()) {
		t.Fatalf("%+v", shelf)
	}
	for _, g := range shelf.Goods {
		if g.Number == int64(rice.GetInt("number")) && (g.Category != 0 || g.Price != 75_000 || g.MemberPrice != 72_000 || g.Stock != "4") || g.Number == int64(chips.GetInt("number")) && (g.Category != 1 || g.Stock != "0") {
			t.Errorf("%+v", g)
		}
	}
}

func TestMemberMarksFavourites(t *testing.T) {
	c := newCoop(t)
	sari, budi := c.Member("Sari"), c.Member("Budi")
	rice := int64(c.Product("8995522000015", 75_000, 72_000, 66_000, 0).GetInt("number"))
	mark := func(who *core.Record, key string, product int64, wanted bool) int {
		return c.ask(who, "POST", "/api/coop/me/favourites", map[string]any{"id": key, "product": product, "wanted": wanted}, nil)
	}
	holds := func(who *core.Record, want ...int64) {
		t.Helper()
		var got portal.Favourites
		c.ask(who, "GET", "/api/coop/me/favourites", nil, &got)
		if !slices.Equal(got.Products, want) {
			t.Errorf("marked: %v, want %v", got.Products, want)
		}
	}
	key := ulid.New()
	if a, b := mark(sari, key, rice, true), mark(sari, key, rice, true); a != 201 || b != 200 {
		t.Errorf("marked twice with one key: %d %d", a, b)
	}
	if status := mark(sari, key, rice, false); status != 409 {
		t.Errorf("another input under the same key: %d", status)
	}
	if status := mark(sari, ulid.New(), rice, true); status != 201 {
		t.Errorf("marked again: %d", status)
	}
	holds(sari, rice)
	holds(budi)
	if status := mark(budi, ulid.New(), rice, false); status != 201 {
		t.Errorf("nothing to take away: %d", status)
	}
	holds(sari, rice)
	if status := mark(sari, ulid.New(), rice+1, true); status != 404 {
		t.Errorf("what is not sold: %d", status)
	}
	mark(sari, ulid.New(), rice, false)
	holds(sari)
	c.Act("test.favourites", func(tx *act.Tx) error {
		return tx.Exec("INSERT INTO favourites(member, product, act) WITH RECURSIVE n(i) AS (SELECT 900001 UNION ALL SELECT i + 1 FROM n WHERE i < 900300) SELECT ?, i, ? FROM n", sari.GetInt("number"), tx.ID())
	})
	if status := mark(sari, ulid.New(), rice, true); status != 409 {
		t.Errorf("one more than there may be: %d", status)
	}
	c.Verify()
}

// The year is the sum of its months, a month that of its receipts, and home says the same.
func TestGainsAddUp(t *testing.T) {
	c := newCoop(t)
	sari := c.Member("Sari")
	rice := c.Product("8995522000015", 75_000, 72_000, 66_000, 50)
	salt := c.Product("2000000000015", 4_000, 4_000, 3_000, 50)
	for _, day := range []string{"2026-11-03", "2026-11-17", "2027-01-04", "2027-02-02"} {
		at, err := time.Parse(time.RFC3339, day+"T03:00:00Z")
		if err != nil {
			t.Fatal(err)
		}
		c.Travel(at)
		c.sell(sari, rice, 2, 72_000)
		c.sell(sari, salt, 1, 4_000)
		c.sell(c.Member("Lain"), rice, 1, 72_000)
	}
	var g portal.Gains
	c.ask(sari, "GET", "/api/coop/me/gains", nil, &g)
	var sum money.Rupiah
	var receipts int
	for _, m := range g.Months {
		var month money.Rupiah
		for _, r := range m.Receipts {
			month += r.Saved
			receipts++
		}
		if month != m.Saved {
			t.Errorf("%s: %d, its receipts %d", m.Period, m.Saved, month)
		}
		sum += month
	}
	var home portal.Home
	c.ask(sari, "GET", "/api/coop/me", nil, &home)
	if g.Year != 2027 || len(g.Months) != 2 || receipts != 2 || sum != 12_000 || g.Total != sum || home.SavedYear != sum {
		t.Errorf("%+v, home %d", g, home.SavedYear)
	}
}

// What is sealed is named and not shown, and nobody else's is told.
func TestMemberSeesWhatIsHeld(t *testing.T) {
	c := newCoop(t)
	sari := c.Member("Sari")
	person := c.Record("employees", map[string]any{"name": "Sari", "status": "contract", "office_number": "P1", "nip_sealed": "sealed-nip", "phone": "0812999", "pay_rupiah": 7_654_321})
	sari.Set("employee", person.Id)
	sari.Set("pin_hash", "hash-of-a-pin")
	if err := c.UnsafeWithoutHooks().SaveNoValidate(sari); err != nil {
		t.Fatal(err)
	}
	if _, _, err := member.SetBankAccount(t.Context(), c, ulid.New(), testapp.By(sari), int64(sari.GetInt("number")), member.SetBank{BankAccount: member.BankAccount{Bank: "BRI", Number: "002101000456", Holder: "Sari"}}); err != nil {
		t.Fatal(err)
	}
	c.sell(sari, c.Product("8995522000015", 75_000, 72_000, 66_000, 5), 1, 72_000)
	var raw json.RawMessage
	c.ask(sari, "GET", "/api/coop/me/held", nil, &raw)
	var h portal.Held
	if err := json.Unmarshal(raw, &h); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(h.Sealed, []string{"nip", "phone", "pay", "bank", "pin"}) || h.Notices != 1 || h.Office != "P1" || h.Purchases != 1 || h.Cards != 1 || !h.Employee {
		t.Errorf("%s", raw)
	}
	for _, secret := range []string{"sealed-nip", "0812999", "7654321", "hash-of-a-pin", "002101000456"} {
		if strings.Contains(string(raw), secret) {
			t.Errorf("%s is shown: %s", secret, raw)
		}
	}
}

// A pay that brought no savings stands in the history as 0, between what came before and after it.
func TestSkippedMonthsStandInTheHistory(t *testing.T) {
	c := newCoop(t)
	sari := c.Member("Sari")
	number := int64(sari.GetInt("number"))
	save := func(day string, amount money.Rupiah) {
		at, err := time.Parse(time.RFC3339, day+"T03:00:00Z")
		if err != nil {
			t.Fatal(err)
		}
		c.Travel(at)
		c.Act("test.save", func(tx *act.Tx) error {
			_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSavings, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(ledger.Cash, amount), ledger.Cr(ledger.VoluntarySavings, amount, ledger.MemberParty(number))}})
			return err
		})
	}
	skip := func(period, day, reason string) {
		c.Act("test.skip", func(tx *act.Tx) error {
			item, err := ledger.Owe(tx, number, ledger.ItemVoluntary, tx.Today(), 100_000)
			if err != nil {
				return err
			}
			for _, s := range []struct {
				query string
				args  []any
			}{
				{"INSERT INTO payroll_runs VALUES(?, 'draft', ?, '2026-10-20', '', '', '', '')", []any{period, day}},
				{"INSERT INTO payroll_lines(period, member, unit, due, requested, excluded, deducted, reason, excess, settled) VALUES(?, ?, '', 100000, 100000, '', 0, ?, 0, 1)", []any{period, number, reason}},
				{"INSERT INTO payroll_parts(period, member, rank, item, planned, settled) VALUES(?, ?, 1, ?, 100000, 0)", []any{period, number, item}},
			} {
				if err := tx.Exec(s.query, s.args...); err != nil {
					return err
				}
			}
			return nil
		})
	}
	save("2026-11-03", 50_000)
	skip("2026-12", "2026-12-01", "insufficient_pay")
	save("2026-12-10", 25_000)
	skip("2027-01", "2027-01-04", "")
	told := func(query string) (all []string, next int64) {
		var page struct {
			Moves []portal.SavingsMove
			Next  int64
		}
		c.ask(sari, "GET", "/api/coop/me/savings"+query, nil, &page)
		for _, m := range page.Moves {
			all = append(all, fmt.Sprintf("%s %s %d %d", m.Date, m.Source+m.Reason, m.Amount, m.Balance))
		}
		return all, page.Next
	}
	want := []string{"2027-01-04 skipped 0 75000", "2026-12-10 savings 25000 75000", "2026-12-01 skippedinsufficient_pay 0 50000", "2026-11-03 savings 50000 50000"}
	if got, next := told(""); !slices.Equal(got, want) || next != 0 {
		t.Errorf("%q %d", got, next)
	}
	first, next := told("?limit=1")
	second, end := told(fmt.Sprintf("?limit=1&before=%d", next))
	if got := append(first, second...); !slices.Equal(got, want) || end != 0 {
		t.Errorf("in pages: %q %d", got, end)
	}
}
