package member

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document/pdf"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/internal/web"
)

// MaxPrinted bounds the cards of one file: a hundred sheets.
const MaxPrinted = 1000

// Printable is a card that can be printed: whose, which, and when it was put on a sheet last. The signed code
// is not in lists, only on paper.
type Printable struct {
	Number    int64      `json:"number"`
	Name      string     `json:"name"`
	Serial    int64      `json:"serial"`
	PrintedOn clock.Date `json:"printed_on"` // empty: this serial never was
}

// Printables is one page of cards by number; Next is where the following page starts, 0 after the last.
type Printables struct {
	Cards []Printable `json:"cards"`
	Count int64       `json:"count"` // of all pages
	Next  int64       `json:"next"`
}

// WantedCards says which cards of active members are looked at.
type WantedCards struct {
	Search    string // part of the name, or a number
	Unprinted bool
	After     int64
	Limit     int64
}

const cardChoice = ` FROM members m WHERE m.status = 'active' AND m.card_serial > 0
	AND (? = 0 OR NOT EXISTS(SELECT 1 FROM card_prints p WHERE p.member = m.number AND p.serial = m.card_serial))`

// ListCards lists the valid cards of active members by number.
func ListCards(r act.Reader, c *clock.Clock, w WantedCards) (Printables, error) {
	page := Printables{Cards: []Printable{}}
	where, args := cardChoice, []any{w.Unprinted}
	if w.Search != "" {
		where += ` AND (m.name LIKE ? ESCAPE '\' OR CAST(m.number AS TEXT) = ?)`
		args = append(args, "%"+strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(w.Search)+"%", strings.TrimLeft(w.Search, "0"))
	}
	if err := r.Row("SELECT count(*)"+where, args...).Scan(&page.Count); err != nil {
		return page, err
	}
	err := act.Each(r, `SELECT m.number, m.name, CAST(m.card_serial AS INT), coalesce((SELECT a.at FROM card_prints p JOIN acts a ON a.id = p.act
		WHERE p.member = m.number AND p.serial = m.card_serial ORDER BY p.id DESC LIMIT 1), 0)`+where+" AND m.number > ? ORDER BY m.number LIMIT ?",
		append(args, w.After, w.Limit+1), func(row act.Scanner) error {
			var p Printable
			var at int64
			err := row.Scan(&p.Number, &p.Name, &p.Serial, &at)
			if at > 0 {
				p.PrintedOn = c.DateOf(time.UnixMilli(at))
			}
			page.Cards = append(page.Cards, p)
			return err
		})
	if int64(len(page.Cards)) > w.Limit {
		page.Cards = page.Cards[:w.Limit]
		page.Next = page.Cards[w.Limit-1].Number
	}
	return page, err
}

func listCards(c *web.Call) (Printables, error) {
	limit, err := c.Limit(50, 200)
	if err != nil {
		return Printables{}, err
	}
	after, err := c.Number("after")
	if err != nil {
		return Printables{}, err
	}
	page, err := ListCards(act.Read(c.App), clock.Of(c.App), WantedCards{strings.TrimSpace(c.Query("search")), c.Query("unprinted") == "1", after, limit})
	if len(page.Cards) == 1 { // whoever looks for one person has found that person
		c.Saw(page.Cards[0].Number)
	}
	return page, err
}

// PrintCards chooses cards for sheets: those of the named members, or all of active members after a number.
type PrintCards struct {
	Members   []int64 `json:"members,omitempty"`
	After     int64   `json:"after,omitempty"`
	Unprinted bool    `json:"unprinted,omitempty"`
}

// PrintedCards are the cards that were put on sheets; Next is the After of the following file, 0 after the last.
type PrintedCards struct {
	Cards []Card `json:"cards"`
	Next  int64  `json:"next"`
}

// RecordPrint writes down that cards go on sheets, so that nobody is printed twice or forgotten.
func RecordPrint(ctx context.Context, app core.App, key string, by act.Actor, in PrintCards) (PrintedCards, bool, error) {
	var problems fault.Input
	problems.Check(len(in.Members) <= MaxPrinted, "members", "member.cards_at_most", fault.Params{"max": MaxPrinted})
	problems.Check(len(in.Members) == 0 || in.After == 0 && !in.Unprinted, "members", "member.cards_either")
	if err := problems.Err(); err != nil {
		return PrintedCards{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "member.print_cards", Key: key, By: by, Input: in}, func(tx *act.Tx) (PrintedCards, error) {
		out, err := choosePrint(tx, in)
		if err != nil {
			return out, err
		}
		for _, c := range out.Cards {
			if err := tx.Exec("INSERT INTO card_prints(member, serial, act) VALUES(?, ?, ?)", c.Member, c.Serial, tx.ID()); err != nil {
				return out, err
			}
		}
		return out, nil
	})
}

func choosePrint(tx *act.Tx, in PrintCards) (PrintedCards, error) {
	out := PrintedCards{Cards: []Card{}}
	for _, number := range in.Members {
		p, err := Find(tx, number)
		if err != nil {
			return out, err
		}
		if p.Status != Active || p.CardSerial == 0 {
			return out, fault.Refused("member.not_active", fault.Params{"number": PrintNumber(number)})
		}
		out.Cards = append(out.Cards, Card{number, p.CardSerial})
	}
	if len(in.Members) == 0 {
		page, err := ListCards(tx, tx.Clock(), WantedCards{"", in.Unprinted, in.After, MaxPrinted})
		if err != nil {
			return out, err
		}
		out.Next = page.Next
		for _, c := range page.Cards {
			out.Cards = append(out.Cards, Card{c.Number, c.Serial})
		}
	}
	if len(out.Cards) == 0 {
		return out, fault.Refused("member.cards_none")
	}
	return out, nil
}

// SheetsOf draws cards for a printer. A card that was replaced since is left out: nobody cuts dead cards.
func SheetsOf(app core.App, language string, cards []Card) ([]byte, error) {
	ring, err := keys.Of(app)
	if err != nil {
		return nil, err
	}
	coop, err := pdf.CoopOf(app)
	if err != nil {
		return nil, err
	}
	var short string
	r := act.Read(app)
	if err := r.Row("SELECT coalesce(nullif(short_name, ''), name) FROM coop").Scan(&short); err != nil {
		return nil, err
	}
	withPhotos, err := printsPhotos(r, clock.Of(app).Today())
	if err != nil {
		return nil, err
	}
	var plastics []Plastic
	for _, c := range cards {
		p, err := Find(r, c.Member)
		if err != nil {
			return nil, err
		}
		if p.Status != Active || p.CardSerial != c.Serial {
			continue
		}
		payload, err := EncodeCard(ring, c)
		if err != nil {
			return nil, err
		}
		one := Plastic{Number: c.Member, Serial: c.Serial, Name: p.Name, Payload: payload}
		if withPhotos {
			if one.Photo, err = photoOf(app, c.Member); err != nil {
				return nil, err
			}
		}
		plastics = append(plastics, one)
	}
	if len(plastics) == 0 {
		return nil, fault.Refused("member.cards_none")
	}
	return cardSheets(coop, short, language, clock.Of(app).Now(), plastics)
}

// printSheets answers with one file of at most MaxPrinted cards; a header says where the next one begins.
func printSheets(c *web.Call, key string, in PrintCards) error {
	out, _, err := RecordPrint(c.Request.Context(), c.App, key, c.By, in)
	if err != nil {
		return err
	}
	raw, err := SheetsOf(c.App, c.Language(), out.Cards)
	if err != nil {
		return err
	}
	c.Response.Header().Set("Coop-Cards", strconv.Itoa(len(out.Cards)))
	c.Response.Header().Set("Coop-Next", strconv.FormatInt(out.Next, 10))
	return sendPaper(c, "kartu.pdf", raw)
}

// showCardPDF is one card on paper. The office's first is a print like that of the sheets; a member's own copy is not,
// nor is another look at the same card.
func showCardPDF(c *web.Call) error {
	_, p, err := cardOf(c)
	if err != nil {
		return err
	}
	if c.By.Role == act.Manager {
		var printed bool
		if err := act.Read(c.App).Row("SELECT EXISTS(SELECT 1 FROM card_prints WHERE member = ? AND serial = ?)", p.Number, p.CardSerial).Scan(&printed); err != nil {
			return err
		}
		if !printed {
			if _, _, err := RecordPrint(c.Request.Context(), c.App, ulid.New(), c.By, PrintCards{Members: []int64{p.Number}}); err != nil {
				return err
			}
		}
	}
	raw, err := SheetsOf(c.App, c.Language(), []Card{{p.Number, p.CardSerial}})
	if err != nil {
		return err
	}
	return sendPaper(c, "kartu-"+PrintNumber(p.Number)+".pdf", raw)
}

func sendPaper(c *web.Call, name string, raw []byte) error {
	c.Response.Header().Set("Cache-Control", "no-store")
	c.Response.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
	return c.Blob(http.StatusOK, "application/pdf", raw)
}
