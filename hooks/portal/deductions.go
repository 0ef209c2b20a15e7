package portal

import (
	"net/http"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/payroll"
	"kpdk/hooks/savings"
	"kpdk/hooks/store"
)

// Month is one month of a member's deductions, with what may be said against it and was.
type Month struct {
	payroll.Deduction
	Window     payroll.Window          `json:"window"`
	Objections []payroll.ObjectionView `json:"objections"`
}

type deductionList struct {
	Deductions []Month              `json:"deductions"`
	Years      []payroll.MemberYear `json:"years"`
	Excess     payroll.Held         `json:"excess"`
	Uses       []payroll.ExcessUsed `json:"uses"`
	Plans      []payroll.PlanView   `json:"plans"`
}

func deductions(c *web.Call) (out deductionList, err error) {
	r, clk := act.Read(c.App), clock.Of(c.App)
	list, err := payroll.MemberDeductions(r, c.By.Number)
	if err != nil {
		return out, err
	}
	said, err := payroll.MemberObjections(r, clk, c.By.Number, "")
	if err != nil {
		return out, err
	}
	out.Deductions = []Month{}
	for _, d := range list {
		m, err := monthOf(r, clk, c.By.Number, d, said)
		if err != nil {
			return out, err
		}
		out.Deductions = append(out.Deductions, m)
	}
	if out.Years, err = payroll.MemberYears(r, c.By.Number); err != nil {
		return out, err
	}
	if out.Excess, err = payroll.HeldFor(r, c.By.Number, clk.Today()); err != nil {
		return out, err
	}
	if out.Uses, err = payroll.ExcessUses(r, c.By.Number); err != nil {
		return out, err
	}
	out.Plans, err = payroll.MemberPlans(r, c.By.Number)
	return out, err
}

// monthOf adds to a deduction what may be said against it, and which of the member's objections are about it.
func monthOf(r act.Reader, clk *clock.Clock, number int64, d payroll.Deduction, said []payroll.ObjectionView) (m Month, err error) {
	m = Month{Deduction: d, Objections: []payroll.ObjectionView{}}
	for _, o := range said {
		if o.Period == d.Period {
			m.Objections = append(m.Objections, o)
		}
	}
	m.Window, err = payroll.WindowFor(r, clk, d.Period, number)
	return m, err
}

// deduction is one month, also one that the list is too short for.
func deduction(c *web.Call) (m Month, err error) {
	p, err := c.Period()
	if err != nil {
		return m, err
	}
	r, clk := act.Read(c.App), clock.Of(c.App)
	d, err := payroll.DeductionOf(r, c.By.Number, p)
	if err != nil {
		return m, err
	}
	said, err := payroll.MemberObjections(r, clk, c.By.Number, p)
	if err != nil {
		return m, err
	}
	return monthOf(r, clk, c.By.Number, d, said)
}

// Preview is this month's deduction before it is locked: every component down to the lines of its receipts.
type Preview struct {
	payroll.Next
	Window     payroll.Window           `json:"window"`
	Objections []payroll.ObjectionView  `json:"objections"`
	Receipts   map[string]store.Receipt `json:"receipts"` // by the id of the sale
}

// maxReceipts bounds the receipts of a preview; whoever buys more often opens the others one by one.
const maxReceipts = 80

func preview(c *web.Call) (p Preview, err error) {
	r, clk := act.Read(c.App), clock.Of(c.App)
	ahead, err := savings.PaidAhead(r, c.By.Number)
	if err != nil {
		return p, err
	}
	if p.Next, err = payroll.NextDeduction(r, c.By.Number, clk.Today(), ahead); err != nil {
		return p, err
	}
	if p.Window, err = payroll.WindowFor(r, clk, p.Period, c.By.Number); err != nil {
		return p, err
	}
	if p.Objections, err = payroll.MemberObjections(r, clk, c.By.Number, p.Period); err != nil {
		return p, err
	}
	p.Receipts = map[string]store.Receipt{}
	for _, part := range p.Parts {
		if part.Source == nil || part.Source.Sale == "" || len(p.Receipts) >= maxReceipts {
			continue
		}
		if p.Receipts[part.Source.Sale], err = store.ReceiptByKey(r, part.Source.Sale); err != nil {
			return p, err
		}
	}
	return p, nil
}

// objectBody is an objection as the phone sends it.
type objectBody struct {
	ID string `json:"id"`
	payroll.Objecting
	Text string `json:"text"`
}

type excessBody struct {
	ID string `json:"id"`
	payroll.ExcessChosen
}

func deductionRoutes() []web.Route {
	photo := web.Raw(http.MethodPost, "/api/coop/me/objections/{id}/photo", web.Members, "Adds a photo to an objection of one's own that is not answered yet.", postPhoto)
	photo.Out, photo.MaxBody = payroll.PhotoKept{}, -1
	return []web.Route{
		web.Get("/api/coop/me/deductions", web.Members, "The member's deductions month by month, down to the receipts; the years; what is held; goods on credit.", deductions),
		web.Get("/api/coop/me/deductions/{period}", web.Members, "One month of the member's deductions, however long ago.", deduction),
		web.Get("/api/coop/me/next-deduction", web.Members, "This month's deduction before it is locked, down to the lines of the receipts.", preview),
		web.Post("/api/coop/me/objections", web.Members, "Objects to a deduction, or to one item of it.", func(c *web.Call, key string, in objectBody) (payroll.Objected, bool, error) {
			return payroll.Object(c.Request.Context(), c.App, key, c.By, in.Objecting, in.Text)
		}),
		photo,
		web.Raw(http.MethodGet, "/api/coop/me/objections/{id}/photo", web.Members, "The photo of an objection of one's own.", func(c *web.Call) error {
			return payroll.ServePhoto(c, c.Path("id"), c.By.Number)
		}),
		web.Post("/api/coop/me/excess", web.Members, "Chooses what becomes of deductions above what was owed: refund, or use for coming months.", func(c *web.Call, key string, in excessBody) (payroll.ExcessChosen, bool, error) {
			return payroll.ChooseExcess(c.Request.Context(), c.App, key, c.By, in.ExcessChosen)
		}),
	}
}

func postPhoto(c *web.Call) error {
	upload, err := document.ReadUpload(c)
	if err != nil {
		return err
	}
	var bad fault.Input
	bad.Check(upload.Key != "", "id", "input.ulid")
	if err := bad.Err(); err != nil {
		return err
	}
	kept, again, err := payroll.KeepPhoto(c.Request.Context(), c.App, upload.Key, c.By, c.Path("id"), upload.Data)
	if err != nil {
		return err
	}
	if again {
		return c.JSON(http.StatusOK, kept)
	}
	return c.JSON(http.StatusCreated, kept)
}
