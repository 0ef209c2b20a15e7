// Package portal is a member's own window into the co-op: what is mine, what I owe and why, what is
// deducted next, what I bought. It reads; the only thing it asks of others is what they already know.
package portal

import (
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/ledger"
	"kpdk/hooks/login"
	"kpdk/hooks/member"
	"kpdk/hooks/notice"
	"kpdk/hooks/payroll"
	"kpdk/hooks/policy"
	"kpdk/hooks/savings"
	"kpdk/hooks/store"
)

// Home is the member's first screen in one answer.
type Home struct {
	Member      Me              `json:"member"`
	Savings     Savings         `json:"savings"`
	Owed        Owed            `json:"owed"`
	Limit       Limit           `json:"limit"`
	Next        payroll.Next    `json:"next_deduction"`
	Purchases   []store.Receipt `json:"purchases"`
	SavedYear   money.Rupiah    `json:"saved_year_rupiah"`
	DepositHeld money.Rupiah    `json:"deposit_held_rupiah"`
	Saving      Saving          `json:"saving"`
	Unread      int64           `json:"unread"` // notices, counted as far as 100
	Version     int64           `json:"version"`
}

// Me is who the member is in the co-op.
type Me struct {
	Number   int64         `json:"number"`
	Name     string        `json:"name"`
	Status   member.Status `json:"status"`
	JoinedOn string        `json:"joined_on"`
	WorkUnit string        `json:"work_unit"`
	PinSet   bool          `json:"pin_set"`
}

// Savings is what the member owns.
type Savings struct {
	Principal money.Rupiah `json:"principal_rupiah"`
	Mandatory money.Rupiah `json:"mandatory_rupiah"`
	Voluntary money.Rupiah `json:"voluntary_rupiah"`
	Total     money.Rupiah `json:"total_rupiah"`
	Ahead     money.Rupiah `json:"ahead_rupiah"` // of the mandatory ones, what is not due yet: the next months' dues come out of it
}

// Saving is how savings come in by pay: what is due each month, and what the mandate allows.
type Saving struct {
	Mandate   bool         `json:"mandate"` // there is one in force
	Since     clock.Date   `json:"since"`
	Max       money.Rupiah `json:"max_rupiah"`
	Mandatory money.Rupiah `json:"mandatory_rupiah"`
	Voluntary money.Rupiah `json:"voluntary_rupiah"`
}

// Owed lists what the member owes or is due to save, oldest first.
type Owed struct {
	Total money.Rupiah `json:"total_rupiah"` // debts only: savings that are due are no debt
	Items []OwedItem   `json:"items"`
}

// OwedItem is one open item, with the receipt behind a purchase.
type OwedItem struct {
	Kind      ledger.ItemKind `json:"kind"`
	Date      clock.Date      `json:"date"`
	Amount    money.Rupiah    `json:"amount_rupiah"`
	Remainder money.Rupiah    `json:"remaining_rupiah"`
	Source    *payroll.Source `json:"source"`
}

// Limit is what may still be bought on payroll.
type Limit struct {
	Limit     money.Rupiah `json:"limit_rupiah"`
	Used      money.Rupiah `json:"used_rupiah"`
	Available money.Rupiah `json:"available_rupiah"`
	Refusal   string       `json:"refusal"`
}

// Routes are the member's own.
func Routes() []web.Route {
	return append(deductionRoutes(), []web.Route{
		web.Get("/api/coop/me", web.Members, "The member's home: savings, debts, limit, coming deduction, last purchases.", func(c *web.Call) (Home, error) {
			return ReadHome(act.Read(c.App), c.By.Number, clock.Of(c.App).Today())
		}),
		web.Get("/api/coop/me/purchases", web.Members, "The member's purchases, newest first.", purchases),
		web.Get("/api/coop/me/savings", web.Members, "What moved on the member's savings, newest first.", moves),
		web.Get("/api/coop/me/catalogue", web.Members, "The shop for members: prices, stock and its time; no names of makers.", shelf),
		web.Get("/api/coop/me/favourites", web.Members, "The products that the member marked.", favourites),
		web.Post("/api/coop/me/favourites", web.Members, "Marks a product, or takes the mark away.", markFavourite),
		web.Get("/api/coop/me/gains", web.Members, "What the member price gained this year, by month, with the receipts behind it.", gains),
		web.Get("/api/coop/me/transfer-to", web.Members, "The co-op's accounts to which a member transfers, and what to write with it.", transferTo),
		web.Get("/api/coop/me/held", web.Members, "What the co-op holds about the member.", held),
		web.Get("/api/coop/me/card", web.Members, "The member's card with its QR code.", func(c *web.Call) (Card, error) {
			return ReadCard(c.App, c.By.Number)
		}),
		web.Post("/api/coop/me/card/device", web.Members, "Brings in the key of the phone behind this session and certifies it; an earlier key of the session dies.", func(c *web.Call, key string, in member.NewDevice) (member.Certified, bool, error) {
			return member.AddDevice(c.Request.Context(), c.App, key, c.By, login.SessionOf(c.RequestEvent), in)
		}).AsFresh(),
		web.Post("/api/coop/me/card/certificate", web.Members, "A new certificate for the phone behind this session.", func(c *web.Call, key string, in member.KnownDevice) (member.Certified, bool, error) {
			return member.RenewDevice(c.Request.Context(), c.App, key, c.By, login.SessionOf(c.RequestEvent), in)
		}),
	}...)
}

// ReadHome gathers the first screen.
func ReadHome(r act.Reader, number int64, today clock.Date) (h Home, err error) {
	person, err := member.Find(r, number)
	if err != nil {
		return h, err
	}
	h.Member = Me{Number: number, Name: person.Name, Status: person.Status, PinSet: person.PinHash != ""}
	if err := r.Row("SELECT m.joined_on, coalesce(u.name, '') FROM members m LEFT JOIN work_units u ON u.id = m.work_unit WHERE m.number = ?", number).
		Scan(&h.Member.JoinedOn, &h.Member.WorkUnit); err != nil {
		return h, err
	}
	balances, err := ledger.Balances(r, ledger.MemberParty(number))
	if err != nil {
		return h, err
	}
	h.Savings = Savings{Principal: -balances[ledger.PrincipalSavings], Mandatory: -balances[ledger.MandatorySavings], Voluntary: -balances[ledger.VoluntarySavings]}
	h.Savings.Total = h.Savings.Principal + h.Savings.Mandatory + h.Savings.Voluntary
	h.DepositHeld = -balances[ledger.DepositHeld]
	if h.Owed, err = readOwed(r, number); err != nil {
		return h, err
	}
	account, err := store.AccountOf(r, person, today)
	if err != nil {
		return h, err
	}
	h.Limit = Limit{account.Limit, account.Used, max(0, account.Limit-account.Used), account.Refusal}
	if person.Status == member.Active {
		if h.Savings.Ahead, err = savings.PaidAhead(r, number); err != nil {
			return h, err
		}
	}
	if h.Next, err = payroll.NextDeduction(r, number, today, h.Savings.Ahead); err != nil {
		return h, err
	}
	if h.Purchases, _, err = store.ReceiptsOfMember(r, number, 0, 5); err != nil {
		return h, err
	}
	if h.SavedYear, err = store.SavedBy(r, number, today.Year()); err != nil {
		return h, err
	}
	if h.Saving, err = readSaving(r, number, today); err != nil {
		return h, err
	}
	if h.Unread, err = notice.Unread(r, number); err != nil {
		return h, err
	}
	return h, r.Row("SELECT coalesce(max(id), 0) FROM acts").Scan(&h.Version)
}

func readSaving(r act.Reader, number int64, today clock.Date) (s Saving, err error) {
	rates, err := policy.Mandatory.On(r, today)
	if err != nil {
		return s, err
	}
	grade, err := member.GradeOn(r, number, today)
	if err != nil {
		return s, err
	}
	s.Mandatory = rates.Of(grade)
	mandate, ok, err := member.MandateOn(r, number, today)
	if ok {
		s.Mandate, s.Since, s.Max, s.Voluntary = true, mandate.ValidFrom, mandate.Max, mandate.Voluntary
	}
	return s, err
}

func readOwed(r act.Reader, number int64) (owed Owed, err error) {
	items, err := ledger.OpenItems(r, number)
	if err != nil {
		return owed, err
	}
	owed.Items = []OwedItem{}
	for _, i := range items {
		var source *payroll.Source
		if i.Kind == ledger.ItemStore {
			if source, err = payroll.SourceOf(r, i.ID); err != nil {
				return owed, err
			}
		}
		if i.Kind.Debt() {
			owed.Total += i.Remainder
		}
		owed.Items = append(owed.Items, OwedItem{i.Kind, i.Date, i.Amount, i.Remainder, source})
	}
	return owed, nil
}

type purchaseList struct {
	Purchases []store.Receipt `json:"purchases"`
	Next      int64           `json:"next,omitempty"`
}

func purchases(c *web.Call) (purchaseList, error) {
	before, err := c.Number("before")
	if err != nil {
		return purchaseList{}, err
	}
	limit, err := c.Limit(20, 100)
	if err != nil {
		return purchaseList{}, err
	}
	list, next, err := store.ReceiptsOfMember(act.Read(c.App), c.By.Number, before, limit)
	return purchaseList{list, next}, err
}

// Card is a member's own card: the code that a till scans.
type Card struct {
	Payload string `json:"payload"`
	Number  int64  `json:"number"`
	Name    string `json:"name"`
	Serial  int64  `json:"serial"`
	SVG     string `json:"svg"`
	At      int64  `json:"at"` // ms: by which the phone sets its steps
}

// ReadCard signs and draws the member's card.
func ReadCard(app core.App, number int64) (Card, error) {
	person, err := member.Find(act.Read(app), number)
	if err != nil {
		return Card{}, err
	}
	if _, err := member.Usable(act.Read(app), member.Card{Member: number, Serial: person.CardSerial}); err != nil {
		return Card{}, err
	}
	ring, err := keys.Of(app)
	if err != nil {
		return Card{}, err
	}
	payload, err := member.EncodeCard(ring, member.Card{Member: number, Serial: person.CardSerial})
	if err != nil {
		return Card{}, err
	}
	svg, err := member.CardSVG(payload, member.PrintNumber(number))
	return Card{payload, number, person.Name, person.CardSerial, svg, clock.Of(app).Now().UnixMilli()}, err
}
