package treasury

import (
	"encoding/json"
	"net/http"
	"strings"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
	"kpdk/hooks/policy"
)

const (
	base      = "/api/coop/treasury"
	usualPage = 25
	mostPage  = 200
)

// Bodies of the acts: the act's own input, its key, and words that are kept apart.
type (
	PaymentBody struct {
		ID string `json:"id"`
		Payment
		Note string `json:"note,omitempty"`
	}
	BillBody struct {
		ID string `json:"id"`
		SupplierBill
		Note string `json:"note,omitempty"`
	}
	TransferBody struct {
		ID string `json:"id"`
		Transfer
		Note string `json:"note,omitempty"`
	}
	DebtBody struct {
		ID string `json:"id"`
		DebtPayment
	}
	TillBody struct {
		ID string `json:"id"`
		TillPayment
	}
	ReasonBody struct {
		ID     string `json:"id"`
		Reason string `json:"reason,omitempty"`
	}
	WriteOffBody struct {
		ID string `json:"id"`
		WriteOff
		Reason string `json:"reason"`
	}
	MatchBody struct {
		ID      string   `json:"id"`
		Choices []Choice `json:"choices"`
	}
	UnmatchBody struct {
		ID    string `json:"id"`
		Match int64  `json:"match"`
	}
	VoidBody struct {
		ID        string `json:"id"`
		Statement int64  `json:"statement"`
	}
)

// Start is what the page needs before anything is asked.
type Start struct {
	Places     []PlaceView `json:"places"`
	Categories []Category  `json:"categories"`
	Suppliers  []Supplier  `json:"suppliers"` // to whom an expense may be owed
	Waiting    WaitingList `json:"waiting"`
}

// Category is what an expense may be for.
type Category struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Account int    `json:"account"`
}

// whyTreasury is for what work members' data is shown here.
const (
	whyTreasury = "treasury"
	whyCounter  = "counter"
)

// Routes are the doors of this room.
func Routes() []web.Route {
	voucher := web.Raw(http.MethodPost, base+"/vouchers", web.Treasurers, "Keeps a photo or PDF of a bill; the answer goes into a payment", postVoucher)
	voucher.Out, voucher.MaxBody = VoucherKept{}, -1
	statement := web.Raw(http.MethodPost, base+"/banks/{bank}/statements", web.Treasurers, "Takes a bank's statement (CSV or XLSX); ?dry_run=1 looks only", postStatement)
	statement.Out, statement.MaxBody = Taken{}, -1
	return []web.Route{
		web.Get(base, web.Bookkeepers, "Where the co-op's money lies, what an expense may be for, and what waits for a second person", getStart).Shows(web.Listed, "moves", whyTreasury),
		web.Get(base+"/owed", web.Bookkeepers, "Whom the co-op owes: suppliers, consignors, leavers, and members whose money it holds", func(c *web.Call) (Owed, error) {
			o, err := owed(act.Read(c.App))
			if err == nil {
				err = o.wishes(c.App)
			}
			return o, err
		}).Shows(web.Listed, "owed", whyTreasury),
		web.Get(base+"/members/{number}", web.Bookkeepers, "What a member owes and is owed", func(c *web.Call) (MemberOwes, error) {
			number, err := c.Number("number")
			if err != nil {
				return MemberOwes{}, err
			}
			return memberOwes(act.Read(c.App), c.App, number)
		}).Shows(web.Opened, "debts", whyTreasury),
		web.Get(base+"/consignors/{number}", web.Bookkeepers, "A consignor's settlement for the days from..to", getSettlement),
		web.Get(base+"/moves", web.Bookkeepers, "What was paid, received and moved, newest first", func(c *web.Call) (MoveList, error) {
			before, err := c.Number("before")
			if err != nil {
				return MoveList{}, err
			}
			limit, err := c.Limit(usualPage, mostPage)
			if err != nil {
				return MoveList{}, err
			}
			r := act.Read(c.App)
			return moves(r, newNames(r, c.Language()), before, limit)
		}).Shows(web.Listed, "moves", whyTreasury),
		web.Get(base+"/moves/{entry}", web.Bookkeepers, "One move, as its slip prints it", func(c *web.Call) (MoveView, error) {
			entry, err := c.Number("entry")
			if err != nil {
				return MoveView{}, err
			}
			r := act.Read(c.App)
			return moveOf(r, newNames(r, c.Language()), entry)
		}).Shows(web.Listed, "moves", whyTreasury),
		web.Post(base+"/payments", web.Treasurers, "Pays an expense, a supplier, a consignor, a leaver, or a member's money back", func(c *web.Call, key string, in PaymentBody) (Paid, bool, error) {
			return Pay(c.Request.Context(), c.App, key, c.By, in.Payment, in.Note)
		}),
		web.Get(base+"/bills", web.Bookkeepers, "Suppliers' bills for expenses, newest first", func(c *web.Call) (BillList, error) {
			before, err := c.Number("before")
			if err != nil {
				return BillList{}, err
			}
			limit, err := c.Limit(usualPage, mostPage)
			if err != nil {
				return BillList{}, err
			}
			return bills(act.Read(c.App), before, limit)
		}),
		web.Post(base+"/bills", web.Treasurers, "Books a supplier's bill for an expense, which is paid later", func(c *web.Call, key string, in BillBody) (BillBooked, bool, error) {
			return BookBill(c.Request.Context(), c.App, key, c.By, in.SupplierBill, in.Note)
		}),
		web.Post(base+"/bills/{bill}/reverse", web.Treasurers, "Takes a supplier's bill back that was booked by mistake, with a reason", func(c *web.Call, key string, in ReasonBody) (BillBooked, bool, error) {
			bill, err := c.Number("bill")
			if err != nil {
				return BillBooked{}, false, err
			}
			return TakeBackBill(c.Request.Context(), c.App, key, c.By, bill, in.Reason)
		}),
		web.Post(base+"/transfers", web.Treasurers, "Moves money between cash, bank and QRIS", func(c *web.Call, key string, in TransferBody) (Paid, bool, error) {
			return Move(c.Request.Context(), c.App, key, c.By, in.Transfer, in.Note)
		}),
		web.Post(base+"/debt-payments", web.Treasurers, "Takes a member's payment for purchases and instalments, the oldest first, or for the bill of a month, in its order", func(c *web.Call, key string, in DebtBody) (DebtPaid, bool, error) {
			return ReceiveDebt(c.Request.Context(), c.App, key, c.By, in.DebtPayment)
		}),
		web.Get(base+"/till-bills/{number}", web.Cashiers, "Who pays a bill at the till: the newest that is not paid, part by part, and how it may be paid.", func(c *web.Call) (BillAtTill, error) {
			number, err := c.Number("number")
			if err != nil {
				return BillAtTill{}, err
			}
			return BillFor(c.App, number)
		}).Shows(web.Opened, "bill", whyCounter),
		web.Post(base+"/till-payments", web.Cashiers, "Takes the payment of a bill at a till: cash into the drawer, QRIS or transfer", func(c *web.Call, key string, in TillBody) (DebtPaid, bool, error) {
			return PayBillAtTill(c.Request.Context(), c.App, key, c.By, in.TillPayment)
		}),
		web.Get(base+"/till-payments", web.Cashiers, "What a shift's cashier took in bills, newest first", func(c *web.Call) (MoveList, error) {
			return TillPayments(act.Read(c.App), c.Language(), c.By, c.Query("shift"))
		}).Shows(web.Listed, "bill", whyCounter),
		web.Post(base+"/moves/{entry}/reverse", web.Treasurers, "Takes a move back that was booked by mistake, with a reason", func(c *web.Call, key string, in ReasonBody) (Reversed, bool, error) {
			entry, err := c.Number("entry")
			if err != nil {
				return Reversed{}, false, err
			}
			return Reverse(c.Request.Context(), c.App, key, c.By, entry, in.Reason)
		}),
		web.Post(base+"/requests/{id}/approve", web.Treasurers, "Approves a payment above the limit; not for whoever made it", func(c *web.Call, key string, in ReasonBody) (Paid, bool, error) {
			return Decide(c.Request.Context(), c.App, key, c.By, c.Path("id"), true, in.Reason)
		}),
		web.Post(base+"/requests/{id}/refuse", web.Treasurers, "Refuses a payment above the limit, or takes one's own back", func(c *web.Call, key string, in ReasonBody) (Paid, bool, error) {
			return Decide(c.Request.Context(), c.App, key, c.By, c.Path("id"), false, in.Reason)
		}),
		web.Post(base+"/write-offs", web.Treasurers, "Asks a second person to give up what somebody who left still owes", func(c *web.Call, key string, in WriteOffBody) (Paid, bool, error) {
			return AskWriteOff(c.Request.Context(), c.App, key, c.By, in.WriteOff, strings.TrimSpace(in.Reason))
		}),
		voucher,
		web.Raw(http.MethodGet, base+"/vouchers/{id}", web.Bookkeepers, "A voucher's picture or PDF", getVoucher).Shows(web.Exported, "voucher", whyTreasury),
		web.Get(base+"/banks/{bank}", web.Bookkeepers, "One bank account against its books, with proposals and what is left on both sides", func(c *web.Call) (Reconciliation, error) {
			bank, err := c.Number("bank")
			if err != nil {
				return Reconciliation{}, err
			}
			var out Reconciliation
			err = act.Snapshot(c.Request.Context(), c.App, func(r act.Reader) error {
				out, err = Reconcile(c.App, r, c.Language(), bank)
				return err
			})
			return out, err
		}).Shows(web.Listed, "moves", whyTreasury),
		web.Get(base+"/banks/{bank}/statements", web.Bookkeepers, "Files of a bank that were taken in, newest first, so that a wrong one is found", func(c *web.Call) (StatementList, error) {
			bank, err := c.Number("bank")
			if err != nil {
				return StatementList{}, err
			}
			before, err := c.Number("before")
			if err != nil {
				return StatementList{}, err
			}
			var list StatementList
			list.Statements, list.Next, err = statements(act.Read(c.App), bank, before)
			return list, err
		}),
		statement,
		web.Post(base+"/banks/{bank}/matches", web.Treasurers, "Confirms what lines of a bank's statement are", func(c *web.Call, key string, in MatchBody) (Matched, bool, error) {
			bank, err := c.Number("bank")
			if err != nil {
				return Matched{}, false, err
			}
			return Match(c.Request.Context(), c.App, key, c.By, bank, in.Choices)
		}),
		web.Post(base+"/banks/{bank}/unmatch", web.Treasurers, "Takes a match apart", func(c *web.Call, key string, in UnmatchBody) (Released, bool, error) {
			return Unmatch(c.Request.Context(), c.App, key, c.By, in.Match)
		}),
		web.Post(base+"/banks/{bank}/voids", web.Treasurers, "Takes the unmatched lines of a wrong statement back", func(c *web.Call, key string, in VoidBody) (Voided, bool, error) {
			bank, err := c.Number("bank")
			if err != nil {
				return Voided{}, false, err
			}
			return VoidStatement(c.Request.Context(), c.App, key, c.By, bank, in.Statement)
		}),
	}
}

func getStart(c *web.Call) (Start, error) {
	return startOf(act.Read(c.App), clock.Of(c.App).Today(), c.Language(), c.By)
}

func startOf(r act.Reader, today clock.Date, language string, by act.Actor) (s Start, err error) {
	if s.Places, err = places(r); err != nil {
		return s, err
	}
	if s.Categories, err = categories(r, language); err != nil {
		return s, err
	}
	if s.Suppliers, err = suppliers(r); err != nil {
		return s, err
	}
	if s.Waiting.Above, err = policy.SecondAbove.RupiahOn(r, today); err != nil {
		return s, err
	}
	s.Waiting.Waiting, err = waiting(r, newNames(r, language), by)
	return s, err
}

// categories lists those whose account is in the chart and open.
func categories(r act.Reader, language string) ([]Category, error) {
	all := []Category{}
	name := "c.name"
	if language == "en" {
		name = "CASE c.name_en WHEN '' THEN c.name ELSE c.name_en END"
	}
	err := act.Each(r, "SELECT c.id, "+name+`, CAST(c.account AS INTEGER) FROM expense_categories c
		JOIN accounts a ON a.account = c.account AND a.kind = 'expense' AND a.party_kind = '' AND NOT a.closed WHERE NOT c.closed ORDER BY c.sort, c.name LIMIT 200`, nil, func(row act.Scanner) error {
		var k Category
		err := row.Scan(&k.ID, &k.Name, &k.Account)
		if ledger.Protection(k.Account, book.NoParty) == "" {
			all = append(all, k)
		}
		return err
	})
	return all, err
}

// getSettlement reads ?from=&to=; without them the month so far.
func getSettlement(c *web.Call) (Settlement, error) {
	number, err := c.Number("number")
	if err != nil {
		return Settlement{}, err
	}
	var bad fault.Input
	from, to := datesOf(&bad, clock.Of(c.App).Today(), "from", "to", c.Query)
	if err := bad.Err(); err != nil {
		return Settlement{}, err
	}
	return settlement(act.Read(c.App), portsOf(c.App).SoldFor, number, from, to)
}

// datesOf reads two dates by their names; what is left out is the month so far.
func datesOf(bad *fault.Input, today clock.Date, first, last string, read func(string) string) (from, to clock.Date) {
	from, to = today.Period().First(), today
	for name, into := range map[string]*clock.Date{first: &from, last: &to} {
		if text := read(name); text != "" {
			date, ok := clock.ParseDate(text)
			bad.Check(ok, name, "input.date")
			*into = date
		}
	}
	if bad.Err() == nil {
		bad.Check(from <= to, first, "treasury.dates_turned")
	}
	return from, to
}

// postStatement takes a file (multipart, the key in the field id, the layout as JSON in the field layout).
func postStatement(c *web.Call) error {
	bank, err := c.Number("bank")
	if err != nil {
		return err
	}
	upload, err := document.ReadUpload(c)
	if err != nil {
		return err
	}
	f := File{Bank: bank, Name: upload.Name, Data: upload.Data}
	var bad fault.Input
	if raw := upload.Fields["layout"]; raw != "" {
		f.Layout = &Layout{}
		bad.Check(json.Unmarshal([]byte(raw), f.Layout) == nil, "layout", "treasury.layout_missing")
	}
	bad.Check(upload.DryRun || upload.Key != "", "id", "input.ulid")
	if err := bad.Err(); err != nil {
		return err
	}
	if upload.DryRun {
		preview, err := Look(c.App, c.Language(), f)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, preview)
	}
	taken, again, err := Import(c.Request.Context(), c.App, upload.Key, c.By, f, nil)
	if err != nil {
		return err
	}
	return c.JSON(statusOf(again), taken)
}
