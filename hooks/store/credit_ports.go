package store

import (
	"context"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
)

// Credit is what the shop asks of whoever keeps instalment plans; hooks.go wires it. A shop without it sells
// nothing on credit (kredit barang).
type Credit struct {
	// Terms are on what terms a member may take a price of which down is paid at once.
	Terms func(r act.Reader, on clock.Date, member int64, total, down money.Rupiah) (CreditTerms, error)
	// Plan makes the plan inside the shop's act, or lays it before the office.
	Plan func(tx *act.Tx, app core.App, in CreditPlan, sold CreditSale) (CreditMade, error)
	// Request reads what was asked for, to hand it over.
	Request func(r act.Reader, request string) (CreditPlan, error)
	// Withdraw ends a request that was not handed over; End does so inside the shop's act.
	Withdraw func(ctx context.Context, app core.App, key string, by act.Actor, request string) (state string, replayed bool, err error)
	End      func(tx *act.Tx, app core.App, request string) error
}

// CreditTerms are what a till may offer. Refusal is why nothing, as a code, with its parameters.
type CreditTerms struct {
	Member     int64          `json:"-"` // whose terms they are
	Refusal    string         `json:"refusal"`
	Params     fault.Params   `json:"params,omitempty"`
	Principal  money.Rupiah   `json:"principal_rupiah"`
	Least      money.Rupiah   `json:"least_rupiah"`
	Left       money.Rupiah   `json:"left_rupiah"` // of the most that the member may owe on plans
	Till       money.Rupiah   `json:"till_rupiah"` // above it the office approves
	DownMost   money.Rupiah   `json:"down_most_rupiah"`
	MarginRate int64          `json:"margin_bp"`
	Room       money.Rupiah   `json:"room_rupiah"` // of a month's pay, under the mandate
	First      clock.Period   `json:"first_period"`
	PayDate    clock.Date     `json:"pay_date"`
	PinAbove   money.Rupiah   `json:"pin_above_rupiah"`
	Choices    []CreditChoice `json:"choices"`
}

// CreditChoice is one number of months with what it costs.
type CreditChoice struct {
	Parts   int64        `json:"parts"`
	Monthly money.Rupiah `json:"monthly_rupiah"`
	Margin  money.Rupiah `json:"margin_rupiah"`
	Total   money.Rupiah `json:"total_rupiah"`
	Fits    bool         `json:"fits"`
	Second  bool         `json:"second"`
}

// CreditPlan is a plan as the till asks for it; Request is the key of what was approved, when it is handed over.
type CreditPlan struct {
	Member  int64
	Goods   []CreditLine
	Parts   int64
	Down    money.Rupiah
	Till    string
	Request string
}

// CreditMade is what became of it: made, or waiting for the office.
type CreditMade struct {
	State             string
	Number, Entry     int64
	Principal, Margin money.Rupiah
	First             clock.Period
	Schedule          []CreditPart
	Hash              []byte
}

// CreditPart is one instalment.
type CreditPart struct {
	N         int64        `json:"n"`
	Period    clock.Period `json:"period"`
	Principal money.Rupiah `json:"principal_rupiah"`
	Margin    money.Rupiah `json:"margin_rupiah"`
}

const creditKey = "kpdk.store.credit"

// BindCredit wires whoever keeps instalment plans.
func BindCredit(app core.App, c Credit) { app.Store().Set(creditKey, c) }

func creditOf(app core.App) (Credit, error) {
	c, ok := app.Store().Get(creditKey).(Credit)
	if !ok {
		return c, fault.Refused("store.no_credit")
	}
	return c, nil
}
