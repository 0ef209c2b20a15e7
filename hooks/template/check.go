package template

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/ledger"
)

// What a bundle may hold at most.
const (
	maxBundle     = 1 << 20
	maxPolicies   = 100
	maxAccounts   = 1000
	maxCategories = 500
	maxPages      = 100
	maxPageBody   = 64 << 10
)

var (
	types     = []string{"konsumen", "produsen", "pemasaran", "jasa", "simpan_pinjam"}
	languages = []string{"id", "en"}
	// pageSections are the parts of the public pages; a page may have none.
	pageSections = []string{"", "guide", "join", "statutes", "about"}
	partyKinds   = []string{"", "member", "supplier", "consignor", "shift", "bank", "unit_run"}
	slugs        = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,79}$`)
)

// Check reads a stranger's bundle with every limit, and leaves only plain markup in its pages.
func (b *Bundle) Check() error {
	var in fault.Input
	in.Check(b.Schema == Schema, "schema", "template.schema", fault.Params{"schema": Schema})
	in.Check(slices.Contains(types, b.Type), "type", "template.choice")
	in.Check(slices.Contains(languages, b.Language), "language", "template.choice")
	_, err := time.LoadLocation(b.TimeZone)
	in.Check(err == nil && b.TimeZone != "" && len(b.TimeZone) <= 60, "time_zone", "template.choice")
	b.checkPolicies(&in)
	b.checkAccounts(&in)
	b.checkCategories(&in)
	b.checkPages(&in)
	return in.Err()
}

func (b *Bundle) checkPolicies(in *fault.Input) {
	in.Check(len(b.Policies) <= maxPolicies, "policies", "template.too_many", fault.Params{"max": maxPolicies})
	seen := map[string]bool{}
	for i, p := range b.Policies {
		field := fmt.Sprintf("policies.%d", i)
		p.ValidFrom = clock.Date("2000-01-01") // a founding sets the date itself
		in.Check(p.Check() == nil, field, "template.policy", fault.Params{"key": clip(p.Key)})
		in.Check(!seen[p.Key], field, "template.twice")
		seen[p.Key] = true
	}
}

func (b *Bundle) checkAccounts(in *fault.Input) {
	in.Check(len(b.Accounts) <= maxAccounts, "accounts", "template.too_many", fault.Params{"max": maxAccounts})
	mine := map[int]Account{}
	for _, a := range Default().Accounts {
		mine[a.Account] = a
	}
	seen := map[int]Account{}
	for i, a := range b.Accounts {
		field := fmt.Sprintf("accounts.%d", i)
		in.Check(a.Account >= 1000 && a.Account <= 999_999, field+".account", "template.account_code")
		in.Check(isText(a.Name, 1, 120), field+".name", "template.text", fault.Params{"max": 120})
		in.Check(isText(a.NameEn, 0, 120), field+".name_en", "template.text", fault.Params{"max": 120})
		in.Check(slices.Contains(ledger.AccountKinds, a.Kind), field+".kind", "template.choice")
		in.Check(slices.Contains(partyKinds, a.PartyKind), field+".party_kind", "template.choice")
		_, twice := seen[a.Account]
		in.Check(!twice, field+".account", "template.twice")
		seen[a.Account] = a
	}
	for _, code := range ledger.Reserved { // without one of them, or with another meaning for it, nobody can sell
		a, ok := seen[code]
		in.Check(ok && a.Kind == mine[code].Kind && a.PartyKind == mine[code].PartyKind, fmt.Sprintf("accounts.%d", code), "template.account_needed",
			fault.Params{"account": code, "name": mine[code].Name})
	}
}

func (b *Bundle) checkCategories(in *fault.Input) {
	in.Check(len(b.Categories) <= maxCategories, "categories", "template.too_many", fault.Params{"max": maxCategories})
	seen := map[string]bool{}
	for i, name := range b.Categories {
		field := fmt.Sprintf("categories.%d", i)
		in.Check(isText(name, 1, 80), field, "template.text", fault.Params{"max": 80})
		in.Check(!seen[name], field, "template.twice")
		seen[name] = true
	}
}

func (b *Bundle) checkPages(in *fault.Input) {
	in.Check(len(b.Pages) <= maxPages, "pages", "template.too_many", fault.Params{"max": maxPages})
	seen := map[string]bool{}
	for i := range b.Pages {
		p, field := &b.Pages[i], fmt.Sprintf("pages.%d", i)
		in.Check(slugs.MatchString(p.Slug), field+".slug", "template.slug")
		in.Check(slices.Contains(pageSections, p.Section), field+".section", "template.choice")
		in.Check(slices.Contains(languages, p.Language), field+".language", "template.choice")
		in.Check(isText(p.Title, 1, 160), field+".title", "template.text", fault.Params{"max": 160})
		in.Check(p.Sort >= 0 && p.Sort <= 10_000, field+".sort", "template.choice")
		in.Check(!seen[p.Slug+" "+p.Language], field+".slug", "template.twice")
		seen[p.Slug+" "+p.Language] = true
		in.Check(len(p.Body) <= maxPageBody && utf8.ValidString(p.Body), field+".body", "template.text", fault.Params{"max": maxPageBody})
		if len(p.Body) <= maxPageBody {
			p.Body = cleanHTML(p.Body)
		}
	}
}

// isText takes one line of plain text.
func isText(s string, least, most int) bool {
	n := utf8.RuneCountInString(s)
	return utf8.ValidString(s) && n >= least && n <= most && strings.TrimSpace(s) == s && !strings.ContainsFunc(s, unicode.IsControl)
}

// clip keeps a stranger's text from filling the screen.
func clip(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, s[:min(len(s), 60)])
}
