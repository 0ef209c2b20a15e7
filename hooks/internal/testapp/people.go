package testapp

import (
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/store"
)

// Member makes an active member with a card and a mandate of a million a month.
func (a *App) Member(name string) *core.Record {
	a.T.Helper()
	var last int // an import may have given numbers before
	if err := act.Read(a).Row("SELECT CAST(coalesce(max(number), 0) AS INT) FROM members").Scan(&last); err != nil {
		a.T.Fatal(err)
	}
	number := max(count(), last+1)
	r := a.Record("members", map[string]any{"number": number, "name": name, "status": "active", "card_serial": 1, "joined_on": "2026-01-05"})
	a.Act("test.member", func(tx *act.Tx) error {
		if err := tx.Exec("INSERT INTO card_events(member, serial, kind, act) VALUES(?, 1, 'issue', ?)", number, tx.ID()); err != nil {
			return err
		}
		if err := tx.Exec("INSERT INTO member_events(member, kind, date, reference, act) VALUES(?, 'consented', '2026-01-05', 'SK-1', ?)", number, tx.ID()); err != nil {
			return err
		}
		return tx.Exec("INSERT INTO mandates(member, kind, valid_from, max_rupiah, voluntary_rupiah, reference, act) VALUES(?, 'grant', '2026-01-05', 1000000, 0, 'SK-1', ?)", number, tx.ID())
	})
	return r
}

// Statutes publishes statutes of one page and gives the hash of their words, to which a consent is given.
func (a *App) Statutes() (hash string) {
	a.T.Helper()
	const title, body = "Anggaran dasar", "<p>Satu untuk semua.</p>"
	a.Record("pages", map[string]any{"slug": "anggaran-dasar", "section": "statutes", "language": "id", "title": title, "public": true, "body": body})
	return fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%d %d\n%s\n%s\n", len(title), len(body), title, body)))
}

// CardOf is the code on a member's card.
func (a *App) CardOf(r *core.Record) string {
	a.T.Helper()
	ring, err := keys.Of(a)
	if err != nil {
		a.T.Fatal(err)
	}
	code, err := member.EncodeCard(ring, member.Card{Member: int64(r.GetInt("number")), Serial: int64(r.GetInt("card_serial"))})
	if err != nil {
		a.T.Fatal(err)
	}
	return code
}

// Product makes a product of the co-op's own with a stock bought for cash.
func (a *App) Product(barcode string, price, memberPrice, cost, stock int) *core.Record {
	a.T.Helper()
	r := a.Record("products", map[string]any{"number": count(), "barcode": barcode, "code": "P" + barcode, "name": "Barang " + barcode, "unit": "pcs",
		"price_rupiah": price, "member_price_rupiah": memberPrice, "active": true})
	if stock > 0 {
		_, _, err := store.ReceiveGoods(context.Background(), a, ulid.New(), act.BySystem, store.GoodsInput{PaidBy: "cash",
			Lines: []store.GoodsInputLine{{Product: r.Id, Quantity: fmt.Sprint(stock), Cost: money.Rupiah(cost)}}})
		if err != nil {
			a.T.Fatal(err)
		}
	}
	return r
}

// Shift opens a shift at the first free till of a cashier and gives its key.
func (a *App) Shift(cashier *core.Record) string {
	a.T.Helper()
	key := ulid.New()
	if _, _, err := store.OpenShift(context.Background(), a, key, act.ActorOf(cashier), store.OpenShiftInput{Float: 200_000}); err != nil {
		a.T.Fatal(err)
	}
	return key
}

// Act runs writes that a test needs and no room offers.
func (a *App) Act(kind string, f func(tx *act.Tx) error) {
	a.T.Helper()
	_, _, err := act.Do(context.Background(), a, act.Act{Kind: kind, Key: ulid.New(), By: act.BySystem}, func(tx *act.Tx) (int, error) { return 0, f(tx) })
	if err != nil {
		a.T.Fatal(err)
	}
}

// Verify fails the test when the books are not in order.
func (a *App) Verify() {
	a.T.Helper()
	report, err := ledger.Verify(context.Background(), a, nil)
	if err != nil {
		a.T.Fatal(err)
	}
	for _, c := range report.Checks {
		for _, finding := range c.Findings {
			a.T.Errorf("verify %s: %s", c.Name, finding)
		}
	}
}
