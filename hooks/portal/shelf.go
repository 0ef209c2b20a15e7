package portal

import (
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/store"
)

// Shelf is the shop as a member's phone keeps it: what stands there, for how much, and when that was so.
// It names no maker of consigned goods, who may be another member.
type Shelf struct {
	At         time.Time `json:"at"`
	Categories []string  `json:"categories"` // those with goods, in the shop's order
	Goods      []Good    `json:"goods"`      // by name
}

// Good is one product. A catalogue of thousands goes to phones, so its category is a place in the list.
type Good struct {
	Number      int64        `json:"number"`
	Name        string       `json:"name"`
	Unit        string       `json:"unit"`
	Barcode     string       `json:"barcode,omitempty"`
	Category    int          `json:"category"` // -1: none
	Price       money.Rupiah `json:"price_rupiah"`
	MemberPrice money.Rupiah `json:"member_price_rupiah"` // 0: no own price
	Stock       string       `json:"stock"`
}

func shelf(c *web.Call) (Shelf, error) {
	k := clock.Of(c.App)
	return ReadShelf(act.Read(c.App), k.Now(), k.Today())
}

// ReadShelf reads all active products as a member may see them.
func ReadShelf(r act.Reader, now time.Time, today clock.Date) (Shelf, error) {
	all, err := store.ReadCatalogue(r, today)
	if err != nil {
		return Shelf{}, err
	}
	used := map[string]bool{}
	for _, p := range all.Products {
		used[p.Category] = true
	}
	s, places := Shelf{At: now.UTC(), Categories: []string{}, Goods: make([]Good, 0, len(all.Products))}, map[string]int{"": -1}
	err = act.Each(r, "SELECT name FROM categories ORDER BY sort, name", nil, func(row act.Scanner) error {
		var name string
		if err := row.Scan(&name); err != nil || !used[name] {
			return err
		}
		places[name] = len(s.Categories)
		s.Categories = append(s.Categories, name)
		return nil
	})
	for _, p := range all.Products {
		s.Goods = append(s.Goods, Good{p.Number, p.Name, p.Unit, p.Barcode, places[p.Category], p.Price, p.MemberPrice, p.Stock})
	}
	return s, err
}
