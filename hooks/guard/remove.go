package guard

import (
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/fault"
)

// kept says what may not be deleted any more: the query finds what still needs the record.
var kept = []struct {
	collection, code, query string
	args                    []string // fields of the record
}{
	{"coop", "guard.keep_coop", "SELECT 1", nil},
	{"members", "guard.keep_member", "SELECT 1", nil},
	{"employees", "guard.keep_employee", "SELECT 1 FROM members WHERE employee = ?", []string{"id"}},
	{"operators", "guard.keep_operator", "SELECT 1 FROM acts WHERE actor = ?", []string{"id"}},
	{"work_units", "guard.keep_work_unit", "SELECT 1 FROM members WHERE work_unit = ? UNION ALL SELECT 1 FROM employees WHERE work_unit = ? UNION ALL SELECT 1 FROM payroll_lines WHERE unit IN (?, ?)",
		[]string{"id", "id", "id", "code"}},
	{"products", "guard.keep_product", "SELECT 1 FROM stock_moves WHERE product = ? UNION ALL SELECT 1 FROM sale_lines WHERE product = ?", []string{"number", "number"}},
	{"suppliers", "guard.keep_supplier", "SELECT 1 FROM goods_receipts WHERE supplier = ? UNION ALL SELECT 1 FROM parties WHERE kind = 'supplier' AND ref = CAST(? AS TEXT)", []string{"number", "number"}},
	{"consignors", "guard.keep_consignor", "SELECT 1 FROM sale_lines WHERE consignor = ? UNION ALL SELECT 1 FROM products WHERE consignor = ?", []string{"number", "id"}},
	{"bank_accounts", "guard.keep_bank", "SELECT 1 FROM parties WHERE kind = 'bank' AND ref = CAST(? AS TEXT) UNION ALL SELECT 1 FROM bank_lines WHERE bank = ?", []string{"number", "number"}},
	{"expense_categories", "guard.keep_category", "SELECT 1 FROM treasury_moves WHERE kind = 'expense' AND target = ? UNION ALL SELECT 1 FROM supplier_bills WHERE category = ?", []string{"id", "id"}},
	{"payment_vouchers", "guard.keep_voucher", "SELECT 1 FROM treasury_moves m WHERE m.voucher = ? AND NOT EXISTS(SELECT 1 FROM erasures e WHERE CAST(e.member AS TEXT) = m.target AND m.kind IN ('leaver', 'refund', 'debt')) UNION ALL SELECT 1 FROM supplier_bills WHERE voucher = ?", []string{"id", "id"}},
	{"paper_files", "guard.keep_paper", "SELECT 1 FROM signed_papers p WHERE p.id = ? AND NOT EXISTS(SELECT 1 FROM erasures e WHERE e.member = p.member)", []string{"paper"}},
	{"tills", "guard.keep_till", "SELECT 1 FROM shifts WHERE till IN (?, ?)", []string{"code", "id"}},
}

func bindRemovals(app core.App) {
	for _, k := range kept {
		app.OnRecordDelete(k.collection).BindFunc(func(e *core.RecordEvent) error {
			args := make([]any, len(k.args))
			for i, name := range k.args {
				args[i] = e.Record.Get(name)
				if name == "number" || name == "paper" {
					args[i] = e.Record.GetInt(name)
				}
			}
			needed, err := exists(e.App, k.query, args...)
			if err != nil {
				return err
			}
			if needed {
				return fault.Refused(k.code)
			}
			return e.Next()
		})
	}
}
