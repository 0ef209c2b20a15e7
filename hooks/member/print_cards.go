package member

import (
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/web"
)

// Printable is what stands on one printed card: no work unit, no date, nothing else of the person.
type Printable struct {
	Number  int64  `json:"number"`
	Name    string `json:"name"`
	Payload string `json:"payload"` // signed, as the code shows it
}

// Printables is one page of cards by number; Next is where the following page starts, 0 after the last.
type Printables struct {
	Cards []Printable `json:"cards"`
	Next  int64       `json:"next"`
}

// printCards signs the valid cards of active members, for sheets that a manager prints and cuts.
func printCards(c *web.Call) (Printables, error) {
	page := Printables{Cards: []Printable{}}
	limit, err := c.Limit(100, 200)
	if err != nil {
		return page, err
	}
	after, err := c.Number("after")
	if err != nil {
		return page, err
	}
	ring, err := keys.Of(c.App)
	if err != nil {
		return page, err
	}
	c.Response.Header().Set("Cache-Control", "no-store")
	err = act.Each(act.Read(c.App), `SELECT number, name, card_serial FROM members WHERE status = ? AND card_serial > 0 AND number > ? ORDER BY number LIMIT ?`,
		[]any{string(Active), after, limit + 1}, func(row act.Scanner) error {
			var p Printable
			var serial int64
			if err := row.Scan(&p.Number, &p.Name, &serial); err != nil {
				return err
			}
			p.Payload, err = EncodeCard(ring, Card{p.Number, serial})
			page.Cards = append(page.Cards, p)
			return err
		})
	if int64(len(page.Cards)) > limit {
		page.Cards = page.Cards[:limit]
		page.Next = page.Cards[limit-1].Number
	}
	return page, err
}
