package ledger_test

import (
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/testapp"
)

var viewNames = []string{"v_journal", "v_journal_lines", "v_sales", "v_sale_lines", "v_quarantine", "v_stock", "v_open_items", "v_mandates", "v_payroll_runs",
	"v_payroll_lines", "v_acts", "v_policies", "v_balances", "v_treasury_moves", "v_treasury_requests", "v_bank_lines", "v_stock_adjustments", "v_supplier_bills", "v_bank_matches", "v_late_cash", "v_periods",
	"v_openings", "v_login_events", "v_verifications", "v_withdrawals", "v_savings_interest", "v_card_events", "v_card_devices"}

// Every column of a view has a real type: an uncast one would come out as JSON, and a relation leads to
// the collection that it names.
func TestViewsHaveTypesAndNoRules(t *testing.T) {
	app := testapp.New(t)
	relations := map[string]string{"operator": "operators", "member": "members", "account": "accounts", "till": "tills", "cashier": "operators", "product": "products",
		"consignor": "consignors", "unit": "work_units", "prepared_by": "operators", "approved_by": "operators",
		"made_by": "operators", "decider": "operators", "by_operator": "operators", "bank": "bank_accounts"}
	for _, name := range viewNames {
		c, err := app.FindCollectionByNameOrId(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if c.ListRule != nil || c.ViewRule != nil {
			t.Errorf("%s: it is for managers alone", name)
		}
		for _, f := range c.Fields {
			if f.Type() == core.FieldTypeJSON {
				t.Errorf("%s.%s has no type", name, f.GetName())
			}
			if strings.HasSuffix(f.GetName(), "_rupiah") && f.Type() != core.FieldTypeNumber {
				t.Errorf("%s.%s is %s, want a number", name, f.GetName(), f.Type())
			}
			if want := relations[f.GetName()]; want != "" {
				r, ok := f.(*core.RelationField)
				if !ok {
					t.Errorf("%s.%s is %s, want a relation", name, f.GetName(), f.Type())
					continue
				}
				if to, err := app.FindCollectionByNameOrId(r.CollectionId); err != nil || to.Name != want {
					t.Errorf("%s.%s leads to %v, want %s", name, f.GetName(), to, want)
				}
			}
		}
	}
}
