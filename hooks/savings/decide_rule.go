package savings

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/policy"
)

// isRule says whether a policy is decided on this page: the rules of savings, and those of coming and leaving.
func isRule(key string) bool {
	return strings.HasPrefix(key, "savings.") || strings.HasPrefix(key, "member.")
}

// DecideRule decides a rule of savings or of membership from a date on: an amount for all or by grade, the interest, the limit of
// one person. A rule for days that are over would say that what was made then is wrong, so it begins today or later.
func DecideRule(ctx context.Context, app core.App, key string, by act.Actor, s policy.Setting) (policy.Setting, bool, error) {
	var bad fault.Input
	bad.Check(isRule(s.Key), "key", "policy.unknown", fault.Params{"key": s.Key})
	_, ok := clock.ParseDate(string(s.ValidFrom))
	bad.Check(!ok || s.ValidFrom >= clock.Of(app).Today(), "valid_from", "savings.rule_past")
	if err := bad.Err(); err != nil {
		return s, false, err
	}
	return policy.Set(ctx, app, key, by, s)
}

const rulesShown = 60

// RulesOn reads the rules of savings and of membership.
func RulesOn(r act.Reader, today clock.Date) (out Rules, err error) {
	out = Rules{On: today, Now: []policy.Setting{}, Decided: []Decided{}}
	all, err := policy.All(r, today)
	if err != nil {
		return out, err
	}
	for _, s := range all {
		if isRule(s.Key) {
			out.Now = append(out.Now, s)
		}
	}
	return out, act.Each(r, `SELECT p.key, p.value, p.valid_from, a.at, coalesce(o.name, s.email, '') FROM policies p JOIN acts a ON a.id = p.act
		LEFT JOIN operators o ON o.id = a.actor LEFT JOIN _superusers s ON s.id = a.actor WHERE p.key GLOB 'savings.*' OR p.key GLOB 'member.*' ORDER BY p.id DESC LIMIT ?`, []any{rulesShown}, func(row act.Scanner) error {
		var d Decided
		var value string
		var at int64
		err := row.Scan(&d.Key, &value, &d.ValidFrom, &at, &d.By)
		d.Value, d.At = json.RawMessage(value), time.UnixMilli(at).UTC().Format(time.RFC3339)
		out.Decided = append(out.Decided, d)
		return err
	})
}
