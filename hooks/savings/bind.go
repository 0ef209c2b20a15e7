package savings

import (
	"context"
	"net/http"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/policy"
)

const (
	base = "/api/coop/savings"
	own  = "/api/coop/me/savings"
)

// Bodies of the acts: the act's own input, its key, and words that are kept apart.
type (
	DepositBody struct {
		ID string `json:"id"`
		Deposit
	}
	TillBody struct {
		ID string `json:"id"`
		TillDeposit
	}
	WithdrawalBody struct {
		ID string `json:"id"`
		Withdrawal
		To string `json:"to,omitempty"`
	}
	PayoutBody struct {
		ID string `json:"id"`
		Payout
	}
	TillPayoutBody struct {
		ID string `json:"id"`
		TillPayout
		PIN string `json:"pin,omitempty"`
	}
	ReasonBody struct {
		ID     string `json:"id"`
		Reason string `json:"reason,omitempty"`
	}
	KeyBody struct {
		ID string `json:"id"`
	}
	RuleBody struct {
		ID string `json:"id"`
		policy.Setting
	}
)

type tillList struct {
	Withdrawals []WithdrawalView `json:"withdrawals"`
}

// tillOrOffice may see a receipt: cashiers their own.
var tillOrOffice = []act.Role{act.Cashier, act.Treasurer, act.Supervisor, act.Manager}

// whySavings is for what work members' data is shown here.
const whySavings = "savings"

// Routes lists what the room offers.
func Routes() []web.Route {
	return []web.Route{
		web.Post(base+"/deposits", web.Treasurers, "Books savings paid in cash at the office or to the bank.", func(c *web.Call, key string, in DepositBody) (Deposited, bool, error) {
			return MakeDeposit(c.Request.Context(), c.App, key, c.By, in.Deposit)
		}),
		web.Get(base+"/deposits", tillOrOffice, "Deposits, newest first; a cashier's own.", listReceipts).Shows(web.Listed, "deposits", whySavings),
		web.Get(base+"/deposits/{entry}", tillOrOffice, "One deposit, as its receipt prints it.", getReceipt).Shows(web.Opened, "deposit", whySavings),
		web.Post(base+"/deposits/{entry}/reverse", web.Treasurers, "Takes back a deposit that was booked by mistake; not for whoever booked it.", func(c *web.Call, key string, in ReasonBody) (Reversed, bool, error) {
			entry, err := c.Number("entry")
			if err != nil {
				return Reversed{}, false, err
			}
			return ReverseDeposit(c.Request.Context(), c.App, key, c.By, entry, in.Reason)
		}),
		web.Raw(http.MethodGet, base+"/deposits/{entry}/receipt.pdf", tillOrOffice, "A deposit's receipt on paper.", printReceipt).Shows(web.Exported, "deposit", whySavings),
		web.Post(base+"/till-deposits", web.Cashiers, "Books savings paid in cash at a till during a shift.", func(c *web.Call, key string, in TillBody) (Deposited, bool, error) {
			return MakeTillDeposit(c.Request.Context(), c.App, key, c.By, in.TillDeposit)
		}),
		web.Get(base+"/till-savers/{number}", web.Cashiers, "Who saves at the till, and what of the principal is due.", func(c *web.Call) (TillSaver, error) {
			number, err := c.Number("number")
			if err != nil {
				return TillSaver{}, err
			}
			return SaverAtTill(act.Read(c.App), number)
		}).Shows(web.Opened, "saver", whySavings),
		web.Get(base+"/till-payouts", web.Cashiers, "Withdrawals that may be fetched at a till.", func(c *web.Call) (tillList, error) {
			list, err := AtTill(act.Read(c.App))
			return tillList{list}, err
		}).Shows(web.Listed, "withdrawals", whySavings),
		web.Post(base+"/till-payouts", web.Cashiers, "Pays a withdrawal out of a till's drawer to the member whose card is held up; above the limit with the PIN.", func(c *web.Call, key string, in TillPayoutBody) (Withdrawn, bool, error) {
			return PayAtTill(c.Request.Context(), c.App, key, c.By, in.TillPayout, in.PIN)
		}),
		web.Get(base+"/withdrawals", web.Bookkeepers, "Withdrawals that wait, and the last that ended.", func(c *web.Call) (Office, error) {
			return OfficeWithdrawals(act.Read(c.App), c.By, clock.Of(c.App).Today())
		}).Shows(web.Listed, "withdrawals", whySavings),
		web.Post(base+"/withdrawals/{id}/pay", web.Treasurers, "Pays a withdrawal, or lays it before a manager when it is above the limit.", func(c *web.Call, key string, in PayoutBody) (Withdrawn, bool, error) {
			return PayWithdrawal(c.Request.Context(), c.App, key, c.By, c.Path("id"), in.Payout)
		}),
		web.Post(base+"/withdrawals/{id}/approve", web.Managers, "Approves a withdrawal above the limit; not for whoever prepared it.", func(c *web.Call, key string, _ KeyBody) (Withdrawn, bool, error) {
			return ApproveWithdrawal(c.Request.Context(), c.App, key, c.By, c.Path("id"))
		}),
		web.Post(base+"/withdrawals/{id}/refuse", web.Treasurers, "Refuses a withdrawal, with a reason that the member reads.", func(c *web.Call, key string, in ReasonBody) (Withdrawn, bool, error) {
			return RefuseWithdrawal(c.Request.Context(), c.App, key, c.By, c.Path("id"), in.Reason)
		}),
		web.Get(base+"/interest", web.Bookkeepers, "The terms of interest and the months that were posted.", func(c *web.Call) (Months, error) {
			return InterestMonths(act.Read(c.App), clock.Of(c.App).Today())
		}),
		web.Get(base+"/rules", web.Bookkeepers, "The rules of savings that hold, and who decided them.", func(c *web.Call) (Rules, error) {
			return RulesOn(act.Read(c.App), clock.Of(c.App).Today())
		}),
		web.Post(base+"/rules", web.Managers, "Decides a rule of savings from a date on.", func(c *web.Call, key string, in RuleBody) (policy.Setting, bool, error) {
			return DecideRule(c.Request.Context(), c.App, key, c.By, in.Setting)
		}),
		web.Get(base+"/members/{number}/statement", web.Bookkeepers, "A member's savings between two dates.", func(c *web.Call) (Statement, error) {
			number, err := c.Number("number")
			if err != nil {
				return Statement{}, err
			}
			return statement(c, number)
		}).Shows(web.Opened, "statement", whySavings),
		web.Raw(http.MethodGet, base+"/members/{number}/statement/file", web.Bookkeepers, "A member's statement as pdf, csv or xlsx.", func(c *web.Call) error {
			number, err := c.Number("number")
			if err != nil {
				return err
			}
			return sendStatement(c, number)
		}).Shows(web.Exported, "statement", whySavings),
		web.Get(base+"/members/{number}/interest", web.Bookkeepers, "A member's interest, month by month.", func(c *web.Call) (OwnInterest, error) {
			number, err := c.Number("number")
			if err != nil {
				return OwnInterest{}, err
			}
			return InterestOf(act.Read(c.App), number, clock.Of(c.App).Today())
		}).Shows(web.Opened, "interest", whySavings),
		web.Raw(http.MethodGet, base+"/members/{number}/interest/{period}/slip.pdf", web.Bookkeepers, "A month's interest on paper.", func(c *web.Call) error {
			number, err := c.Number("number")
			if err != nil {
				return err
			}
			return sendSlip(c, number)
		}).Shows(web.Exported, "interest", whySavings),

		web.Get(own+"/withdrawals", web.Members, "What the member may withdraw, and what became of each withdrawal.", func(c *web.Call) (Own, error) {
			return OwnWithdrawals(act.Read(c.App), c.By.Number, clock.Of(c.App).Today())
		}),
		web.Post(own+"/withdrawals", web.Members, "Asks for voluntary savings to be paid out; the amount is held.", func(c *web.Call, key string, in WithdrawalBody) (Withdrawn, bool, error) {
			return RequestWithdrawal(c.Request.Context(), c.App, key, c.By, in.Withdrawal, in.To)
		}).AsFresh(),
		web.Post(own+"/withdrawals/{id}/revoke", web.Members, "Takes a withdrawal back that nobody has paid yet.", func(c *web.Call, key string, _ KeyBody) (Withdrawn, bool, error) {
			return RevokeWithdrawal(c.Request.Context(), c.App, key, c.By, c.Path("id"))
		}),
		web.Get(own+"/interest", web.Members, "The member's interest, month by month.", func(c *web.Call) (OwnInterest, error) {
			return InterestOf(act.Read(c.App), c.By.Number, clock.Of(c.App).Today())
		}),
		web.Raw(http.MethodGet, own+"/interest/{period}/slip.pdf", web.Members, "A month's interest on paper.", func(c *web.Call) error { return sendSlip(c, c.By.Number) }),
		web.Get(own+"/statement", web.Members, "The member's savings between two dates.", func(c *web.Call) (Statement, error) { return statement(c, c.By.Number) }),
		web.Raw(http.MethodGet, own+"/statement/file", web.Members, "The member's statement as pdf, csv or xlsx.", func(c *web.Call) error { return sendStatement(c, c.By.Number) }),
	}
}

func listReceipts(c *web.Call) (ReceiptList, error) {
	before, err := c.Number("before")
	if err != nil {
		return ReceiptList{}, err
	}
	limit, err := c.Limit(20, 100)
	if err != nil {
		return ReceiptList{}, err
	}
	return Receipts(act.Read(c.App), c.By, before, limit)
}

func getReceipt(c *web.Call) (Receipt, error) {
	entry, err := c.Number("entry")
	if err != nil {
		return Receipt{}, err
	}
	receipt, err := ReceiptOf(act.Read(c.App), c.By, entry)
	c.Saw(receipt.Member)
	return receipt, err
}

func printReceipt(c *web.Call) error {
	receipt, err := getReceipt(c)
	if err != nil {
		return err
	}
	p, err := receiptPaper(c.App, c.Language(), receipt)
	return send(c, p, err)
}

func statement(c *web.Call, number int64) (s Statement, err error) {
	from, to, err := askRange(c.Query("from"), c.Query("to"), clock.Of(c.App).Today())
	if err != nil {
		return s, err
	}
	err = act.Snapshot(c.Request.Context(), c.App, func(r act.Reader) error {
		s, err = ReadStatement(r, number, from, to)
		return err
	})
	return s, err
}

func sendStatement(c *web.Call, number int64) error {
	s, err := statement(c, number)
	if err != nil {
		return err
	}
	p, err := s.file(c.App, c.Language(), c.Query("format"))
	return send(c, p, err)
}

func sendSlip(c *web.Call, number int64) error {
	period, err := c.Period()
	if err != nil {
		return err
	}
	return act.Snapshot(context.WithoutCancel(c.Request.Context()), c.App, func(r act.Reader) error {
		p, err := slipPaper(c.App, r, c.Language(), number, period)
		return send(c, p, err)
	})
}

// send gives a paper away; it is of one person, so nothing on the way keeps it.
func send(c *web.Call, p paper, err error) error {
	if err != nil {
		return err
	}
	if len(p.data) == 0 {
		return fault.NotFound("savings.receipt_unknown")
	}
	head := c.Response.Header()
	head.Set("Cache-Control", "no-store")
	head.Set("Content-Disposition", `attachment; filename="`+p.name+`"`)
	return c.Blob(http.StatusOK, p.mime, p.data)
}
