package payroll

import (
	"net/http"
	"strconv"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/policy"
)

const room = "/api/coop/payroll"

// SkipBody says why a month is left out.
type SkipBody struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
	Text   string `json:"text"`
}

// RuleBody decides a policy.
type RuleBody struct {
	ID string `json:"id"`
	policy.Setting
}

// ChannelBody decides a member's channel.
type ChannelBody struct {
	ID string `json:"id"`
	ChannelChange
}

// PlanBody asks for goods on credit.
type PlanBody struct {
	ID string `json:"id"`
	PlanInput
}

// ReturnBody takes goods of a plan back.
type ReturnBody struct {
	ID string `json:"id"`
	Returning
	Reason string `json:"reason"`
}

// ReasonBody decides with a reason.
type ReasonBody struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

// AnswerObjectionBody answers an objection.
type AnswerObjectionBody struct {
	ID string `json:"id"`
	Answering
	Text string `json:"text"`
}

// plannerRoutes are the doors of whoever plans the months: the cycle, the draft's review, goods on credit,
// and members' objections.
func plannerRoutes() []web.Route {
	return []web.Route{
		web.Get(room+"/calendar", web.Bookkeepers, "A year's calendar and the policies of the cycle", func(c *web.Call) (Year, error) {
			today := clock.Of(c.App).Today()
			year, err := yearOf(c.Query("year"), today)
			if err != nil {
				return Year{}, err
			}
			return YearOf(act.Read(c.App), year, today)
		}),
		web.Post(room+"/policies", web.Managers, "Decides a policy of the cycle from a date on", func(c *web.Call, key string, in RuleBody) (policy.Setting, bool, error) {
			return SetRule(c.Request.Context(), c.App, key, c.By, in.Setting)
		}),
		web.Post(base+"/{period}/skip", web.Treasurers, "Leaves a month out, with the reason; a draft of it is thrown away", func(c *web.Call, key string, in SkipBody) (Skipping, bool, error) {
			p, err := c.Period()
			if err != nil {
				return Skipping{}, false, err
			}
			return SkipMonth(c.Request.Context(), c.App, key, c.By, Skipping{p, in.Reason}, in.Text)
		}),
		web.Post(base+"/{period}/take-up", web.Treasurers, "Takes a skipped month up again", func(c *web.Call, key string, _ Keyed) (Skipping, bool, error) {
			p, err := c.Period()
			if err != nil {
				return Skipping{}, false, err
			}
			return TakeUp(c.Request.Context(), c.App, key, c.By, p)
		}),
		web.Get(base+"/{period}/review", web.Bookkeepers, "What to look at before a list is locked, counted", func(c *web.Call) (Review, error) {
			p, err := c.Period()
			if err != nil {
				return Review{}, err
			}
			return ReviewOf(act.Read(c.App), p)
		}),
		web.Get(base+"/{period}/review/{class}", web.Bookkeepers, "The members of one class of the review, by number", getReview).Shows(web.Listed, "review", whyPayroll),
		web.Post(room+"/members/{number}/channel", web.Treasurers, "Says by which channel a member's money comes", func(c *web.Call, key string, in ChannelBody) (ChannelSet, bool, error) {
			number, err := c.Number("number")
			if err != nil {
				return ChannelSet{}, false, err
			}
			return SetChannel(c.Request.Context(), c.App, key, c.By, number, in.ChannelChange)
		}),
		web.Get(room+"/instalments", web.Bookkeepers, "Goods on credit: plans that wait, and plans, newest first", getPlans).Shows(web.Listed, "plans", whyPayroll),
		web.Get(room+"/instalments/{id}", web.Bookkeepers, "One plan with its goods and schedule", func(c *web.Call) (PlanView, error) {
			plan, err := PlanOf(act.Read(c.App), c.By, c.Path("id"))
			c.Saw(plan.Member)
			return plan, err
		}).Shows(web.Opened, "plan", whyPayroll),
		web.Post(room+"/instalments", web.Treasurers, "Sells goods on credit; above the limit it waits for a second person", func(c *web.Call, key string, in PlanBody) (PlanMade, bool, error) {
			return MakePlan(c.Request.Context(), c.App, key, c.By, in.PlanInput)
		}),
		web.Post(room+"/instalments/{id}/approve", web.Treasurers, "Approves a plan; not for its maker", func(c *web.Call, key string, in ReasonBody) (PlanMade, bool, error) {
			return DecidePlan(c.Request.Context(), c.App, key, c.By, c.Path("id"), true, in.Reason)
		}),
		web.Post(room+"/instalments/{id}/refuse", web.Treasurers, "Refuses a plan, withdraws one's own, or ends an approved one that no till handed over", func(c *web.Call, key string, in ReasonBody) (PlanMade, bool, error) {
			return DecidePlan(c.Request.Context(), c.App, key, c.By, c.Path("id"), false, in.Reason)
		}),
		web.Ask(room+"/instalments/terms", web.Treasurers, "What would come of a plan: at once or by a second person, its months, or why not", func(c *web.Call, in PlanInput) (PlanQuote, error) {
			c.Saw(in.Member)
			return QuotePlan(c.Request.Context(), c.App, c.By, in)
		}).Shows(web.Opened, "plan", whyPayroll),
		web.Ask(room+"/instalments/{id}/return/terms", web.Treasurers, "What would come of goods that a member brings back: what ends, what stays owed, what is held", func(c *web.Call, in Returning) (ReturnTerms, error) {
			terms, number, err := ReturnTermsOf(act.Read(c.App), c.By, clock.Of(c.App), c.Path("id"), in)
			c.Saw(number)
			return terms, err
		}).Shows(web.Opened, "plan", whyPayroll),
		web.Post(room+"/instalments/{id}/return", web.Treasurers, "Takes goods of a plan back, all or some: its instalments are less, what was paid beyond is held for the member; not for whoever sold them", func(c *web.Call, key string, in ReturnBody) (PlanReturned, bool, error) {
			return ReturnPlan(c.Request.Context(), c.App, key, c.By, c.Path("id"), in.Returning, in.Reason)
		}),
		web.Get(room+"/objections", web.Bookkeepers, "Members' objections, newest first", getObjections).Shows(web.Listed, "objections", whyPayroll),
		web.Post(room+"/objections/{id}/answer", web.Treasurers, "Answers an objection: less this month, nothing of it, or why it stays", func(c *web.Call, key string, in AnswerObjectionBody) (Answered, bool, error) {
			return AnswerObjection(c.Request.Context(), c.App, key, c.By, c.Path("id"), in.Answering, in.Text)
		}),
		web.Post(room+"/objections/{id}/erase", web.Managers, "Erases the words and the photo of an answered objection", func(c *web.Call, key string, _ Keyed) (Erased, bool, error) {
			return EraseObjection(c.Request.Context(), c.App, key, c.By, c.Path("id"))
		}),
		web.Raw(http.MethodGet, room+"/objections/{id}/photo", web.Bookkeepers, "The photo of an objection", func(c *web.Call) error { return ServePhoto(c, c.Path("id"), 0) }).Shows(web.Exported, "objection", whyPayroll),
	}
}

func yearOf(text string, today clock.Date) (int, error) {
	if text == "" {
		return today.Year(), nil
	}
	year, err := strconv.Atoi(text)
	if err != nil || year < 2000 || year > 2199 {
		var bad fault.Input
		bad.Add("year", "input.number")
		return 0, bad.Err()
	}
	return year, nil
}

func getReview(c *web.Call) (ReviewPage, error) {
	p, err := c.Period()
	if err != nil {
		return ReviewPage{}, err
	}
	after, err := c.Number("after")
	if err != nil {
		return ReviewPage{}, err
	}
	limit, err := c.Limit(usualPage, mostPage)
	if err != nil {
		return ReviewPage{}, err
	}
	return ReviewLines(act.Read(c.App), p, c.Path("class"), after, limit)
}

func pageOf(c *web.Call) (before, limit int64, err error) {
	if before, err = c.Number("before"); err != nil {
		return 0, 0, err
	}
	limit, err = c.Limit(usualPage, mostPage)
	return before, limit, err
}

func getPlans(c *web.Call) (Plans, error) {
	before, limit, err := pageOf(c)
	if err != nil {
		return Plans{}, err
	}
	number, err := c.Number("member")
	if err != nil {
		return Plans{}, err
	}
	if number > 0 {
		c.Saw(number)
	}
	return PlansFor(act.Read(c.App), c.By, clock.Of(c.App).Today(), number, c.Query("open") == "1", before, limit)
}

func getObjections(c *web.Call) (OfficeObjections, error) {
	before, limit, err := pageOf(c)
	if err != nil {
		return OfficeObjections{}, err
	}
	p, ok := clock.ParsePeriod(c.Query("period"))
	if !ok && c.Query("period") != "" {
		var bad fault.Input
		bad.Add("period", "input.period")
		return OfficeObjections{}, bad.Err()
	}
	return Objections(act.Read(c.App), clock.Of(c.App), c.Query("open") == "1", p, before, min(limit, 100))
}
