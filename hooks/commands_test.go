package hooks_test

import (
	"slices"
	"strings"
	"testing"

	"kpdk/hooks/member"
	"kpdk/hooks/payroll"
	"kpdk/hooks/portal"
	"kpdk/hooks/treasury"
)

// byCommand names, for every route of potong gaji and of cash and bank, the command that does the same at the
// console; or, after a dash, why none does.
var byCommand = map[string]string{
	"GET /api/coop/payroll/calendar":                                        "payroll calendar",
	"GET /api/coop/payroll/instalments":                                     "payroll plans",
	"GET /api/coop/payroll/instalments/{id}":                                "payroll show-plan",
	"GET /api/coop/payroll/layouts":                                         "payroll layout",
	"GET /api/coop/payroll/objections":                                      "payroll objections",
	"GET /api/coop/payroll/objections/{id}/photo":                           "payroll objection-photo",
	"GET /api/coop/payroll/runs":                                            "payroll runs",
	"GET /api/coop/payroll/runs/{period}":                                   "payroll show",
	"GET /api/coop/payroll/runs/{period}/bills":                             "payroll bills",
	"GET /api/coop/payroll/runs/{period}/corrections":                       "payroll correct",
	"GET /api/coop/payroll/runs/{period}/files/{file}":                      "payroll export",
	"GET /api/coop/payroll/runs/{period}/lines":                             "payroll lines",
	"GET /api/coop/payroll/runs/{period}/lists":                             "payroll lists",
	"GET /api/coop/payroll/runs/{period}/members/{number}/{paper}":          "payroll slip, payroll bills",
	"GET /api/coop/payroll/runs/{period}/money":                             "payroll money",
	"GET /api/coop/payroll/runs/{period}/review":                            "payroll review",
	"GET /api/coop/payroll/runs/{period}/review/{class}":                    "payroll review",
	"GET /api/coop/payroll/runs/{period}/todo":                              "payroll show",
	"GET /api/coop/payroll/runs/{period}/unmatched":                         "payroll unmatched",
	"POST /api/coop/payroll/instalments":                                    "payroll plan",
	"POST /api/coop/payroll/instalments/terms":                              "- asks only, for the page's words: `payroll plan` says what came of it",
	"POST /api/coop/payroll/instalments/{id}/return/terms":                  "- asks only, for the page's words: `payroll return-plan` says what came of it",
	"POST /api/coop/payroll/instalments/{id}/approve":                       "payroll approve-plan",
	"POST /api/coop/payroll/instalments/{id}/refuse":                        "payroll refuse-plan",
	"POST /api/coop/payroll/instalments/{id}/return":                        "payroll return-plan",
	"POST /api/coop/payroll/layouts":                                        "payroll layout",
	"POST /api/coop/payroll/layouts/sample":                                 "payroll layout",
	"POST /api/coop/payroll/members/{number}/channel":                       "payroll channel",
	"POST /api/coop/payroll/objections/{id}/answer":                         "payroll answer-objection",
	"POST /api/coop/payroll/objections/{id}/erase":                          "payroll erase-objection",
	"POST /api/coop/payroll/policies":                                       "payroll rule, payroll rules",
	"POST /api/coop/payroll/runs/{period}/answer":                           "payroll answer",
	"POST /api/coop/payroll/runs/{period}/check":                            "payroll check",
	"POST /api/coop/payroll/runs/{period}/corrections":                      "payroll correct",
	"POST /api/coop/payroll/runs/{period}/corrections/{correction}/approve": "payroll correct",
	"POST /api/coop/payroll/runs/{period}/corrections/{correction}/refuse":  "payroll correct",
	"POST /api/coop/payroll/runs/{period}/draft":                            "payroll draft",
	"POST /api/coop/payroll/runs/{period}/early":                            "payroll early",
	"POST /api/coop/payroll/runs/{period}/export":                           "payroll export",
	"POST /api/coop/payroll/runs/{period}/lock":                             "payroll lock",
	"POST /api/coop/payroll/runs/{period}/receive":                          "payroll receive",
	"POST /api/coop/payroll/runs/{period}/resolutions/{resolution}/approve": "payroll resolve",
	"POST /api/coop/payroll/runs/{period}/resolutions/{resolution}/refuse":  "payroll resolve",
	"POST /api/coop/payroll/runs/{period}/resolve":                          "payroll resolve",
	"POST /api/coop/payroll/runs/{period}/settle":                           "payroll settle",
	"POST /api/coop/payroll/runs/{period}/skip":                             "payroll skip",
	"POST /api/coop/payroll/runs/{period}/take-up":                          "payroll take-up",
	"POST /api/coop/payroll/runs/{period}/unmatched/{unmatched}":            "payroll unmatched",

	"GET /api/coop/treasury":                          "treasury show",
	"GET /api/coop/treasury/banks/{bank}/statements":  "bank show",
	"GET /api/coop/treasury/banks/{bank}":             "bank show",
	"GET /api/coop/treasury/consignors/{number}":      "treasury settlement",
	"GET /api/coop/treasury/members/{number}":         "treasury debts",
	"GET /api/coop/treasury/moves":                    "treasury moves",
	"GET /api/coop/treasury/moves/{entry}":            "treasury move",
	"GET /api/coop/treasury/owed":                     "treasury owed",
	"GET /api/coop/treasury/vouchers/{id}":            "treasury voucher",
	"POST /api/coop/treasury/banks/{bank}/matches":    "bank match",
	"POST /api/coop/treasury/banks/{bank}/statements": "bank import",
	"POST /api/coop/treasury/banks/{bank}/unmatch":    "bank unmatch",
	"POST /api/coop/treasury/banks/{bank}/voids":      "bank void",
	"POST /api/coop/treasury/debt-payments":           "treasury receive",
	"POST /api/coop/treasury/moves/{entry}/reverse":   "treasury take-back",
	"POST /api/coop/treasury/payments":                "treasury pay",
	"POST /api/coop/treasury/requests/{id}/approve":   "treasury approve",
	"POST /api/coop/treasury/requests/{id}/refuse":    "treasury refuse",
	"GET /api/coop/treasury/till-bills/{number}":      "treasury debts",
	"GET /api/coop/treasury/till-payments":            "treasury moves",
	"POST /api/coop/treasury/till-payments":           "treasury receive",
	"GET /api/coop/treasury/bills":                    "treasury bills",
	"POST /api/coop/treasury/bills":                   "treasury bill",
	"POST /api/coop/treasury/bills/{bill}/reverse":    "treasury take-back-bill",
	"POST /api/coop/treasury/transfers":               "treasury transfer",
	"POST /api/coop/treasury/vouchers":                "treasury voucher",
	"POST /api/coop/treasury/write-offs":              "treasury write-off",

	"GET /api/coop/members/{number}/bank":  "member bank",
	"POST /api/coop/members/{number}/bank": "member bank",

	"GET /api/coop/me/bank":                        "member bank",
	"POST /api/coop/me/bank":                       "member bank",
	"GET /api/coop/me/deductions":                  "payroll lines",
	"GET /api/coop/me/deductions/{period}":         "payroll lines",
	"GET /api/coop/me/deductions/{period}/{paper}": "payroll slip, payroll bills",
	"GET /api/coop/me/next-deduction":              "payroll review",
	"GET /api/coop/me/objections/{id}/photo":       "payroll objection-photo",
	"POST /api/coop/me/objections/{id}/photo":      "payroll objection-photo",
	"POST /api/coop/me/objections":                 "- a member's own word: nobody objects in another's name",
	"POST /api/coop/me/excess":                     "- a member's own choice over own money",
}

// ofTheLoop are the doors by which a month of potong gaji and its money go in and out.
var ofTheLoop = []string{"/api/coop/payroll/", "/api/coop/treasury", "/api/coop/members/{number}/bank", "/api/coop/me/bank", "/api/coop/me/deductions", "/api/coop/me/next-deduction",
	"/api/coop/me/objections", "/api/coop/me/excess"}

// What pages do of a month and its money, the console does: each route has its command, or a reason why not.
func TestEveryRouteOfTheLoopHasItsCommand(t *testing.T) {
	known := map[string]bool{}
	for _, s := range slices.Concat(payroll.Commands(), treasury.Commands(), member.Commands()) {
		known[s.Name] = false
	}
	seen := map[string]bool{}
	for _, r := range slices.Concat(payroll.Routes(), treasury.Routes(), member.Routes(), portal.Routes()) {
		if !slices.ContainsFunc(ofTheLoop, func(prefix string) bool { return strings.HasPrefix(r.Path, prefix) }) {
			continue
		}
		route := r.Method + " " + r.Path
		seen[route] = true
		names, there := byCommand[route]
		if !there {
			t.Errorf("%s has neither a command nor a reason", route)
		}
		if strings.HasPrefix(names, "- ") {
			continue
		}
		for _, name := range strings.Split(names, ", ") {
			if _, ok := known[name]; !ok {
				t.Errorf("%s: there is no command %q", route, name)
			}
			known[name] = true
		}
	}
	for route := range byCommand {
		if !seen[route] {
			t.Errorf("%s is no route", route)
		}
	}
	for name, used := range known {
		if group, _, _ := strings.Cut(name, " "); !used && slices.Contains([]string{"payroll", "treasury", "bank", "member"}, group) {
			t.Errorf("no route does what %q does", name)
		}
	}
}
