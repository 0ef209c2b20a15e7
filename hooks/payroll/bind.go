package payroll

import (
	"cmp"
	"errors"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/internal/web"
)

const (
	base      = "/api/coop/payroll/runs"
	usualPage = 50
	mostPage  = 500
	// maxLines bounds an answer sent as JSON; a file has the bound of every upload.
	maxLines = 32 << 20
)

// RunList is the answer of the list of runs.
type RunList struct {
	Runs []RunHead `json:"runs"`
}

// Keyed is the body of a step that needs nothing but its key.
type Keyed struct {
	ID string `json:"id"`
}

// SettleBody asks for a settlement.
type SettleBody struct {
	ID              string `json:"id"`
	CloseUnanswered bool   `json:"close_unanswered"`
}

// ReceiveBody tells of money on the bank account; the unit is a record id or a code.
type ReceiveBody struct {
	ID     string        `json:"id"`
	Unit   string        `json:"unit"`
	Amount *money.Rupiah `json:"amount_rupiah,omitempty"`
	Into   string        `json:"into,omitempty"` // cash, or bank:N; without it the main bank
	Over   bool          `json:"over,omitempty"` // more than is on its way is taken too
}

// AnswerBody is an answer in JSON.
type AnswerBody struct {
	ID     string       `json:"id"`
	Lines  []AnswerLine `json:"lines"`
	Reason string       `json:"reason,omitempty"` // of a correction, in people's words
}

// AnswerReport is what became of an answer, and the run after it.
type AnswerReport struct {
	Report
	Run Run `json:"run"`
}

// whyPayroll is for what work members' data is shown here.
const whyPayroll = "payroll"

// Routes are the doors of this room.
func Routes() []web.Route {
	answer := web.Raw(http.MethodPost, base+"/{period}/answer", web.Treasurers, "Takes what the payroll officers really deducted, as a file or as JSON lines", postAnswer)
	answer.In, answer.Out, answer.MaxBody = AnswerBody{}, AnswerReport{}, -1
	return append(slices.Concat(plannerRoutes(), officerRoutes()), []web.Route{
		web.Get(base, web.Bookkeepers, "Payroll runs, newest first", func(c *web.Call) (RunList, error) {
			runs, err := Runs(act.Read(c.App))
			return RunList{runs}, err
		}),
		web.Get(base+"/{period}", web.Bookkeepers, "One run with its sums, units and composition", func(c *web.Call) (Run, error) {
			p, err := c.Period()
			if err != nil {
				return Run{}, err
			}
			return RunOf(c.App, c.By, p)
		}),
		web.Get(base+"/{period}/lines", web.Bookkeepers, "A run's lines by member number", getLines).Shows(web.Listed, "run", whyPayroll),
		step("draft", web.Treasurers, "Writes the list anew from what is open up to the cut-off", func(c *web.Call, key string, p clock.Period, _ Keyed) (bool, error) {
			_, again, err := Draft(c.Request.Context(), c.App, key, c.By, p, live(c.App, p, "draft"))
			return again, err
		}),
		step("early", web.Managers, "Lets a list be locked before members have looked as long as they were told, with a reason that they see", func(c *web.Call, key string, p clock.Period, in DecisionBody) (bool, error) {
			_, again, err := AllowEarly(c.Request.Context(), c.App, key, c.By, p, in.Reason)
			return again, err
		}),
		step("lock", web.Treasurers, "Freezes the list, once members have looked as long as they were told", func(c *web.Call, key string, p clock.Period, _ Keyed) (bool, error) {
			_, again, err := Lock(c.Request.Context(), c.App, key, c.By, p)
			return again, err
		}),
		step("export", web.Treasurers, "Marks the locked list as sent; the first time not for whoever prepared it", func(c *web.Call, key string, p clock.Period, _ Keyed) (bool, error) {
			_, again, err := Export(c.Request.Context(), c.App, key, c.By, p)
			return again, err
		}),
		step("settle", web.Treasurers, "Books what was really deducted; not for whoever prepared the list", func(c *web.Call, key string, p clock.Period, in SettleBody) (bool, error) {
			_, again, err := Settle(c.Request.Context(), c.App, key, c.By, Settlement{p, in.CloseUnanswered}, live(c.App, p, "settle"))
			return again, err
		}),
		step("receive", web.Treasurers, "Books the arrival of a work unit's money on the bank account", postReceive),
		answer,
		web.Raw(http.MethodGet, base+"/{period}/files/{file}", web.Treasurers, "The list for one work unit's payroll officer: {unit}.xlsx, {unit}.csv, or {unit}.pdf for the letter", getFile).Shows(web.Exported, "run_file", whyPayroll),
	}...)
}

// step offers an act on a run that answers with the run.
func step[In any](name string, roles []act.Role, summary string, do func(c *web.Call, key string, p clock.Period, in In) (again bool, err error)) web.Route {
	return web.Post(base+"/{period}/"+name, roles, summary, func(c *web.Call, key string, in In) (Run, bool, error) {
		p, err := c.Period()
		if err != nil {
			return Run{}, false, err
		}
		again, err := do(c, key, p, in)
		if err != nil {
			return Run{}, false, err
		}
		run, err := RunOf(c.App, c.By, p)
		return run, again, err
	})
}

func postReceive(c *web.Call, key string, p clock.Period, in ReceiveBody) (bool, error) {
	var problems fault.Input
	problems.Check(in.Unit != "", "unit", "input.required")
	problems.Check(in.Amount == nil || *in.Amount > 0 && *in.Amount <= money.Max, "amount_rupiah", "ledger.amount_invalid")
	if err := problems.Err(); err != nil {
		return false, err
	}
	unit, err := unitCode(act.Read(c.App), in.Unit)
	if err != nil {
		return false, err
	}
	receipt := Receipt{Period: p, Unit: unit, Over: in.Over}
	if receipt.Cash, receipt.Bank, err = placeOf(in.Into); err != nil {
		return false, err
	}
	if in.Amount != nil {
		receipt.Amount = *in.Amount
	}
	_, again, err := Receive(c.Request.Context(), c.App, key, c.By, receipt)
	return again, err
}

func getLines(c *web.Call) (Lines, error) {
	p, err := c.Period()
	if err != nil {
		return Lines{}, err
	}
	page := Page{Filter: c.Query("filter")}
	if page.After, err = c.Number("after"); err != nil {
		return Lines{}, err
	}
	if page.Limit, err = c.Limit(usualPage, mostPage); err != nil {
		return Lines{}, err
	}
	if page.Unit, err = unitCode(act.Read(c.App), c.Query("unit")); err != nil {
		return Lines{}, err
	}
	return LinesOf(act.Read(c.App), p, page)
}

// postAnswer takes a file (multipart, with the key in the field id) or lines in JSON. With dry_run it only
// says what would happen. A file whose last line states another sum than its rows have wants the field
// footer to say "seen".
func postAnswer(c *web.Call) error {
	in, err := readAnswerBody(c)
	if err != nil {
		return err
	}
	if c.Query("dry_run") == "1" {
		return previewed(c, in, PreviewAnswer)
	}
	if err := confirmFooter(in.file, in.footerSeen); err != nil {
		return err
	}
	take := TakeAnswer
	if in.typed {
		take = TakeLines
	}
	report, again, err := take(c.Request.Context(), c.App, in.key, c.By, in.period, in.file.Answers, in.file.Rejected, live(c.App, in.period, "answer"))
	if err != nil {
		return err
	}
	explain(report.Rejected, c.Language())
	run, err := RunOf(c.App, c.By, in.period)
	if err != nil {
		return err
	}
	return c.JSON(statusOf(again), AnswerReport{report, run})
}

func statusOf(again bool) int {
	if again {
		return http.StatusOK
	}
	return http.StatusCreated
}

func explain(rejected []Rejected, language string) {
	for i := range rejected {
		rejected[i].Message = fault.Message(language, rejected[i].Code, rejected[i].Params)
	}
}

// answerBody is an answer as it came in.
type answerBody struct {
	key, reason string
	period      clock.Period
	file        File
	footerSeen  bool
	typed       bool // line by line, not a file
}

func readAnswerBody(c *web.Call) (out answerBody, err error) {
	if out.period, err = c.Period(); err != nil {
		return out, err
	}
	var problems fault.Input
	if !strings.HasPrefix(c.Request.Header.Get("Content-Type"), "multipart/") {
		var in AnswerBody
		c.Request.Body = http.MaxBytesReader(c.Response, c.Request.Body, maxLines)
		var tooLarge *http.MaxBytesError
		if err := c.BindBody(&in); errors.As(err, &tooLarge) {
			return out, fault.TooLarge("input.too_large", fault.Params{"max": tooLarge.Limit})
		} else if err != nil {
			return out, fault.Bad("input.json")
		}
		problems.Check(ulid.Valid(in.ID), "id", "input.ulid")
		problems.Check(len(in.Lines) > 0, "lines", "input.required")
		out.key, out.reason, out.typed = in.ID, in.Reason, true
		out.file.Answers, out.file.Rejected = FromJSON(in.Lines)
		return out, problems.Err()
	}
	upload, err := document.ReadUpload(c)
	if err != nil {
		return out, err
	}
	problems.Check(upload.Key != "" || upload.DryRun, "id", "input.ulid")
	if err := problems.Err(); err != nil {
		return out, err
	}
	layouts, err := layoutsKnown(act.Read(c.App))
	if err != nil {
		return out, err
	}
	out.key, out.reason, out.footerSeen = upload.Key, upload.Fields["reason"], upload.Fields["footer"] == "seen"
	out.file, err = ReadAnswerIn(path.Base(upload.Name), upload.Data, out.period, layouts)
	return out, err
}

// getFile gives one work unit's list; looking at it changes nothing.
func getFile(c *web.Call) error {
	p, err := c.Period()
	if err != nil {
		return err
	}
	name := c.Path("file")
	extension := strings.TrimPrefix(path.Ext(name), ".")
	kind, known := map[string]string{"xlsx": document.Types["xlsx"], "csv": document.Types["csv"], "pdf": "application/pdf"}[extension]
	unit := strings.TrimSuffix(name, "."+extension)
	if !known || unit == "" {
		return fault.NotFound("payroll.list_empty", fault.Params{"period": p})
	}
	h, err := promised(act.Read(c.App), p)
	if err != nil {
		return err
	}
	if err := maySend(act.Read(c.App), h, c.By); err != nil {
		return err // until a second person sends it, the list stays in the house
	}
	lists, err := ListsOf(c.App, p, unit)
	if err != nil {
		return err
	}
	c.SawList(string(p), cmp.Or(lists[0].UnitCode, "-"))
	data, err := lists[0].file(c.App, extension, c.Language())
	if err != nil {
		return err
	}
	return sendFile(c, kind, lists[0].FileName(extension), data)
}

// sendFile gives a file that names people: nothing on the way keeps it.
func sendFile(c *web.Call, kind, name string, data []byte) error {
	c.Response.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	c.Response.Header().Set("Cache-Control", "no-store")
	return c.Blob(http.StatusOK, kind, data)
}

func (l List) file(app core.App, extension, language string) ([]byte, error) {
	switch extension {
	case "csv":
		return l.CSV(language)
	case "pdf":
		return l.Letter(app, language)
	}
	return l.XLSX(language)
}
