package payroll

import (
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/notice"
)

// SealedList is the answer of a run's lists.
type SealedList struct {
	Lists []Sealed `json:"lists"`
}

// TodoList is the answer of what a run waits for.
type TodoList struct {
	Todo []Todo `json:"todo"`
}

// LayoutList is the answer of the layouts, with the fields that a column may hold.
type LayoutList struct {
	Layouts []LayoutView   `json:"layouts"`
	Fields  []LayoutColumn `json:"fields"` // each with its usual title
}

// LayoutBody asks for a layout.
type LayoutBody struct {
	ID string `json:"id"`
	LayoutInput
}

// CorrectionList is the answer of a run's corrections.
type CorrectionList struct {
	Corrections []Correction `json:"corrections"`
}

// DecisionBody is a step with a reason in people's words.
type DecisionBody struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

// MoneyList is the answer of a run's money.
type MoneyList struct {
	Units []UnitMoney `json:"units"`
}

// ResolveBody ends a difference in money.
type ResolveBody struct {
	ID     string       `json:"id"`
	Unit   string       `json:"unit"`
	Kind   string       `json:"kind"`
	Amount money.Rupiah `json:"amount_rupiah"`
	From   string       `json:"from,omitempty"` // returned from: cash, or bank:N
	Reason string       `json:"reason"`
}

// UnmatchedList is the answer of a run's rows without an owner.
type UnmatchedList struct {
	Rows []Unmatched `json:"rows"`
}

// UnmatchedBody says whose a row is; member 0 dismisses it, with a reason.
type UnmatchedBody struct {
	ID     string `json:"id"`
	Member int64  `json:"member"`
	Reason string `json:"reason"`
}

func officerRoutes() []web.Route {
	check := web.Raw(http.MethodPost, base+"/{period}/check", web.Bookkeepers, "Says whether a file is a locked list of the period, and where it differs", postCheck)
	check = check.Shows(web.Listed, "run", whyPayroll)
	check.Out, check.MaxBody = FileCheck{}, -1
	correct := web.Raw(http.MethodPost, base+"/{period}/corrections", web.Treasurers, "Asks for a correction of settled lines, as a file or as JSON lines; another person posts it", postCorrection)
	correct.In, correct.Out, correct.MaxBody = AnswerBody{}, CorrectionReport{}, -1
	const layouts = "/api/coop/payroll/layouts"
	return []web.Route{
		web.Get(base+"/{period}/lists", web.Bookkeepers, "The lists as locked: number, hash, members and sum of each work unit", func(c *web.Call) (SealedList, error) {
			p, err := c.Period()
			if err != nil {
				return SealedList{}, err
			}
			lists, err := SealedLists(act.Read(c.App), p)
			return SealedList{lists}, err
		}),
		web.Get(base+"/{period}/todo", web.Bookkeepers, "What a run waits for: objections, rows without an owner, corrections, money", func(c *web.Call) (TodoList, error) {
			p, err := c.Period()
			if err != nil {
				return TodoList{}, err
			}
			todo, err := TodosOf(act.Read(c.App), p)
			return TodoList{todo}, err
		}),
		check,
		web.Raw(http.MethodGet, "/daftar/{hash}", web.Anyone, "What list a letter's code stands for; names no member", getProof),
		web.Get(layouts, web.Bookkeepers, "What the lists look like: the co-op's own, the bank's, each work unit's", func(c *web.Call) (LayoutList, error) {
			all, err := Layouts(act.Read(c.App))
			out := LayoutList{Layouts: all}
			for _, f := range LayoutFields {
				out.Fields = append(out.Fields, LayoutColumn{Field: f, Title: columnTitle(f)})
			}
			return out, err
		}),
		web.Post(layouts, web.Treasurers, "Keeps a layout for a work unit (code or record id), the bank, or the co-op (empty)", func(c *web.Call, key string, in LayoutBody) (LayoutView, bool, error) {
			return SetLayout(c.Request.Context(), c.App, key, c.By, in.LayoutInput)
		}),
		web.Ask(layouts+"/sample", web.Treasurers, "Shows a layout on three people who don't exist, and whether an answer in it is read back", func(c *web.Call, in LayoutInput) (Sample, error) {
			return SampleOf(in, c.Language())
		}),
		web.Get(base+"/{period}/corrections", web.Bookkeepers, "Corrections of a run, newest first", func(c *web.Call) (CorrectionList, error) {
			p, err := c.Period()
			if err != nil {
				return CorrectionList{}, err
			}
			all, err := CorrectionsOf(act.Read(c.App), p, c.By)
			return CorrectionList{all}, err
		}).Shows(web.Listed, "run", whyPayroll),
		correct,
		correctionRoute("approve", "Posts a correction's differences; not for whoever made it", func(c *web.Call, key string, s CorrectionStep, _ string) (Step, bool, error) {
			return ApproveCorrection(c.Request.Context(), c.App, key, c.By, s, live(c.App, s.Period, "correct"))
		}),
		correctionRoute("refuse", "Ends a correction without posting it", func(c *web.Call, key string, s CorrectionStep, reason string) (Step, bool, error) {
			return RefuseCorrection(c.Request.Context(), c.App, key, c.By, s, reason)
		}),
		web.Get(base+"/{period}/money", web.Bookkeepers, "Each work unit's money: deducted, arrived, returned, written off, still open", func(c *web.Call) (MoneyList, error) {
			p, err := c.Period()
			if err != nil {
				return MoneyList{}, err
			}
			units, err := MoneyOf(act.Read(c.App), p, clock.Of(c.App).Today(), c.By)
			return MoneyList{units}, err
		}),
		step("resolve", web.Treasurers, "Writes off what never came, or returns what came too much; above the limit, and for whoever made the list or booked the money, it waits for a second person", postResolve).AsFresh(),
		moneyRoute("approve", true, "Books the end of a difference; not for whoever asked for it"),
		moneyRoute("refuse", false, "Refuses the end of a difference, or takes one's own back"),
		web.Get(base+"/{period}/unmatched", web.Bookkeepers, "Rows of answers whose person is not on the list", func(c *web.Call) (UnmatchedList, error) {
			p, err := c.Period()
			if err != nil {
				return UnmatchedList{}, err
			}
			rows, err := UnmatchedOf(act.Read(c.App), p)
			return UnmatchedList{rows}, err
		}).Shows(web.Listed, "run", whyPayroll),
		web.Post(base+"/{period}/unmatched/{unmatched}", web.Treasurers, "Gives a row's money to a member's line, or dismisses the row", postUnmatched),
		web.Get(base+"/{period}/bills", web.Bookkeepers, "What members pay by themselves: nothing was asked of their pay, or it remained", getBills).Shows(web.Listed, "bills", whyPayroll),
		web.Raw(http.MethodGet, base+"/{period}/members/{number}/{paper}", web.Bookkeepers, "A member's slip.pdf or bill.pdf of a run", func(c *web.Call) error {
			number, err := strconv.ParseInt(c.Path("number"), 10, 64)
			if err != nil || number <= 0 {
				return fault.NotFound("payroll.paper_unknown")
			}
			return sendPaper(c, number)
		}).Shows(web.Exported, "slip", whyPayroll),
		web.Raw(http.MethodGet, "/api/coop/me/deductions/{period}/{paper}", web.Members, "The member's own slip.pdf or bill.pdf of a month", func(c *web.Call) error {
			number, err := memberOf(c)
			if err != nil {
				return err
			}
			return sendPaper(c, number)
		}),
	}
}

// memberOf is the number of the member who calls.
func memberOf(c *web.Call) (number int64, err error) {
	err = act.Read(c.App).Row("SELECT CAST(number AS INT) FROM members WHERE id = ?", c.By.ID).Scan(&number)
	return number, err
}

func sendPaper(c *web.Call, number int64) error {
	p, err := c.Period()
	if err != nil {
		return err
	}
	make_, name := SlipPaper, "slip"
	switch c.Path("paper") {
	case "slip.pdf":
	case "bill.pdf":
		make_, name = BillPaper, "tagihan"
	default:
		return fault.NotFound("payroll.paper_unknown")
	}
	data, err := make_(c.App, c.Language(), p, number)
	if err != nil {
		return err
	}
	return sendFile(c, "application/pdf", name+"-"+string(p)+"-"+pad(number, 4)+".pdf", data)
}

func correctionRoute(name, summary string, do func(c *web.Call, key string, s CorrectionStep, reason string) (Step, bool, error)) web.Route {
	return web.Post(base+"/{period}/corrections/{correction}/"+name, web.Treasurers, summary, func(c *web.Call, key string, in DecisionBody) (Run, bool, error) {
		p, err := c.Period()
		if err != nil {
			return Run{}, false, err
		}
		id, err := c.Number("correction")
		if err != nil {
			return Run{}, false, err
		}
		_, again, err := do(c, key, CorrectionStep{p, id}, in.Reason)
		if err != nil {
			return Run{}, false, err
		}
		run, err := RunOf(c.App, c.By, p)
		return run, again, err
	})
}

func postCorrection(c *web.Call) error {
	in, err := readAnswerBody(c)
	if err != nil {
		return err
	}
	if c.Query("dry_run") == "1" {
		return previewed(c, in, PreviewCorrection)
	}
	var problems fault.Input
	problems.Check(document.CleanText(in.reason) != "", "reason", "input.required")
	if err := problems.Err(); err != nil {
		return err
	}
	if err := confirmFooter(in.file, in.footerSeen); err != nil {
		return err
	}
	report, again, err := Correct(c.Request.Context(), c.App, in.key, c.By, in.period, in.file.Answers, in.file.Rejected, in.reason, live(c.App, in.period, "correct"))
	if err != nil {
		return err
	}
	explain(report.Rejected, c.Language())
	return c.JSON(statusOf(again), report)
}

func previewed(c *web.Call, in answerBody, preview func(core.App, clock.Period, File) (Preview, error)) error {
	out, err := preview(c.App, in.period, in.file)
	if err != nil {
		return err
	}
	explain(out.Rejected, c.Language())
	return c.JSON(http.StatusOK, out)
}

func postCheck(c *web.Call) error {
	p, err := c.Period()
	if err != nil {
		return err
	}
	upload, err := document.ReadUpload(c)
	if err != nil {
		return err
	}
	out, err := CheckFile(c.App, path.Base(upload.Name), upload.Data, p)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, out)
}

// placeOf reads a place as routes name it: cash, or bank:N; empty is the main bank.
func placeOf(place string) (cash bool, bank int64, err error) {
	switch number, isBank := strings.CutPrefix(place, "bank:"); {
	case place == "" || place == "cash":
		return place == "cash", 0, nil
	case isBank:
		if bank, err = strconv.ParseInt(number, 10, 64); err == nil && bank > 0 {
			return false, bank, nil
		}
	}
	var in fault.Input
	in.Add("into", "payroll.place_unknown")
	return false, 0, in.Err()
}

func postResolve(c *web.Call, key string, p clock.Period, in ResolveBody) (bool, error) {
	unit, err := unitCode(act.Read(c.App), in.Unit)
	if err != nil {
		return false, err
	}
	out := Resolution{Period: p, Unit: unit, Kind: in.Kind, Amount: in.Amount}
	if out.Cash, out.Bank, err = placeOf(in.From); err != nil {
		return false, err
	}
	_, again, err := Resolve(c.Request.Context(), c.App, key, c.By, out, in.Reason)
	return again, err
}

func moneyRoute(name string, approve bool, summary string) web.Route {
	return web.Post(base+"/{period}/resolutions/{resolution}/"+name, web.Treasurers, summary, func(c *web.Call, key string, in DecisionBody) (Run, bool, error) {
		p, err := c.Period()
		if err != nil {
			return Run{}, false, err
		}
		id, err := c.Number("resolution")
		if err != nil {
			return Run{}, false, err
		}
		_, again, err := DecideMoney(c.Request.Context(), c.App, key, c.By, MoneyDecision{p, id, approve}, in.Reason)
		if err != nil {
			return Run{}, false, err
		}
		run, err := RunOf(c.App, c.By, p)
		return run, again, err
	}).AsFresh()
}

func postUnmatched(c *web.Call, key string, in UnmatchedBody) (Run, bool, error) {
	p, err := c.Period()
	if err != nil {
		return Run{}, false, err
	}
	id, err := c.Number("unmatched")
	if err != nil {
		return Run{}, false, err
	}
	_, again, err := DecideUnmatched(c.Request.Context(), c.App, key, c.By, UnmatchedDecision{p, id, in.Member}, in.Reason)
	if err != nil {
		return Run{}, false, err
	}
	run, err := RunOf(c.App, c.By, p)
	return run, again, err
}

func getBills(c *web.Call) (BillList, error) {
	p, err := c.Period()
	if err != nil {
		return BillList{}, err
	}
	after, err := c.Number("after")
	if err != nil {
		return BillList{}, err
	}
	limit, err := c.Limit(usualPage, mostPage)
	if err != nil {
		return BillList{}, err
	}
	return Bills(act.Read(c.App), p, after, limit)
}

// Progress is what the books' topic says while a chain runs.
type Progress struct {
	What   string       `json:"what"` // payroll_progress
	Period clock.Period `json:"period"`
	Step   string       `json:"step"`
	N      int          `json:"n"`
	Total  int          `json:"total"`
}

// live tells the books' topic how far a chain is, four times a second and at its end.
func live(app core.App, p clock.Period, step string) func(n, total int) {
	var lock sync.Mutex
	var last time.Time
	return func(n, total int) {
		lock.Lock()
		defer lock.Unlock()
		if now := time.Now(); n >= total || now.Sub(last) >= 250*time.Millisecond {
			last = now
			notice.Publish(app, notice.Books, Progress{"payroll_progress", p, step, n, total})
		}
	}
}
