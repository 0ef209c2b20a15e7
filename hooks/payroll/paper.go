package payroll

import (
	"database/sql"
	"errors"
	"strconv"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document/pdf"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/words"
)

// monthOf writes a period as people say it: November 2026.
func monthOf(language string, p clock.Period) string {
	t := p.First().Time()
	return words.Say(language, "payroll.paper.month_"+strconv.Itoa(int(t.Month())), nil) + " " + strconv.Itoa(t.Year())
}

// dateIn writes a date as people say it: 2 November 2026.
func dateIn(language string, d clock.Date) string {
	if d == "" {
		return ""
	}
	return strconv.Itoa(d.Time().Day()) + " " + monthOf(language, d.Period())
}

// paperOf begins a paper of this co-op. What it says was so at a moment that the books name, so that the
// same paper has the same bytes.
func paperOf(app core.App, language, title, foot, at string) (pdf.Paper, error) {
	coop, err := pdf.CoopOf(app)
	made, _ := time.Parse(time.RFC3339, at) // it was formatted so; a paper without a moment bears the epoch
	return pdf.Paper{Coop: coop, Title: title, Foot: foot, Language: language, Made: made}, err
}

// dateOfMoment is the business date of a moment as routes write it; empty for none.
func dateOfMoment(at *clock.Clock, moment string) clock.Date {
	t, err := time.Parse(time.RFC3339, moment)
	if err != nil {
		return ""
	}
	return at.DateOf(t)
}

// whoDid finds who took a run to a step last.
func whoDid(r act.Reader, p clock.Period, step string) (id string, role act.Role, err error) {
	err = r.Row("SELECT a.actor, a.role FROM payroll_events e JOIN acts a ON a.id = e.act WHERE e.period = ? AND e.step = ? ORDER BY e.id DESC LIMIT 1", string(p), step).Scan(&id, &role)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return id, role, err
}
