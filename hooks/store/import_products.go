package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
)

// importChunk is how many products one act saves: a till waits no longer than that.
const importChunk = 50

// CatalogueReport tells what an import of products did. Stock that came too late to be part of what the co-op opens
// with is an adjustment.
type CatalogueReport struct {
	document.Report
	Adjustment *Adjusted `json:"adjustment"`
}

// ImportProducts reads a catalogue. New products are made, changed ones follow the list, the same list
// again changes nothing. A stock column counts only for a product that has never moved. Before anything else is in the
// books it is posted against 3901, the opening balance; after that it is an adjustment of stock, with a reason and,
// above what one person moves alone, a second person: else a list of products would make value out of nothing.
func ImportProducts(ctx context.Context, app core.App, by act.Actor, list document.Upload, language string, progress func(n, total int)) (CatalogueReport, error) {
	report, _, err := takeCatalogue(ctx, app, by, list, language, progress)
	return report, err
}

// takeCatalogue tells beside the report whether nothing was new: a trial, or a key that is done. The reason of an
// adjustment is the list's field "reason".
func takeCatalogue(ctx context.Context, app core.App, by act.Actor, list document.Upload, language string, progress func(n, total int)) (report CatalogueReport, again bool, err error) {
	rows, read, err := readCatalogueFile(list, language)
	report.Report = read
	if err != nil {
		return report, false, err
	}
	reason := strings.TrimSpace(list.Fields["reason"])
	trial := document.NewReport(read.Read)
	if list.DryRun {
		trial = read
	}
	late, err := foresee(act.Read(app), rows, &trial, language)
	if err != nil || list.DryRun {
		report.Report = trial
		return report, true, err
	}
	var bad fault.Input
	bad.Check(late == 0 || reason != "", "reason", "store.stock_reason", fault.Params{"count": late})
	bad.Check(late <= MaxAdjusted, "file", "store.stock_late_many", fault.Params{"max": MaxAdjusted})
	bad.Check(len(reason) <= MaxReason, "reason", "input.too_long", fault.Params{"max": MaxReason})
	if err := bad.Err(); err != nil {
		return report, false, err
	}
	again = len(rows) > 0
	var stock []adjusted
	run := cmp.Or(list.Key, ulid.New()) // the same file again is a new import, which finds nothing to change
	for i, chunk := range slices.Collect(slices.Chunk(rows, importChunk)) {
		part, known, err := importProducts(ctx, app, by, fmt.Sprintf("products:%s:%d", run, i), chunk)
		if err != nil {
			return report, false, err
		}
		again, stock = again && known, append(stock, part.Late...)
		report.Created, report.Updated, report.Unchanged = report.Created+part.Created, report.Updated+part.Updated, report.Unchanged+part.Unchanged
		report.Add(part.Problems, language)
		if progress != nil {
			progress(min((i+1)*importChunk, len(rows)), len(rows))
		}
	}
	if len(stock) == 0 {
		return report, again, nil
	}
	done, known, err := adjustImported(ctx, app, by, run, reason, stock)
	report.Adjustment = &done
	return report, again && known, err
}

// adjustImported is the adjustment that a list's late stock comes to.
func adjustImported(ctx context.Context, app core.App, by act.Actor, key, reason string, lines []adjusted) (Adjusted, bool, error) {
	return act.Do(ctx, app, act.Act{Kind: "store.adjust_stock", Key: key, Input: lines, By: by, Note: reason}, func(tx *act.Tx) (Adjusted, error) {
		return adjust(tx, app, lines)
	})
}

// readCatalogueFile reads the file and tells which rows can be trusted.
func readCatalogueFile(list document.Upload, language string) (good []ProductRow, report document.Report, err error) {
	table, err := document.ReadTable(list.Name, list.Data, document.Limits{Known: ProductColumns})
	if code, ok := err.(document.Code); ok && code == document.FileTooLarge {
		return nil, report, fault.TooLarge("import." + string(code))
	} else if ok {
		return nil, report, fault.Bad("import." + string(code))
	}
	if err != nil {
		return nil, report, err
	}
	layout := document.Columns(table.Header, ProductColumns)
	if missing := layout.Missing("name", "price_rupiah"); len(missing) > 0 {
		return nil, report, fault.Bad("import.columns_missing", fault.Params{"columns": strings.Join(missing, ", ")})
	}
	var problems []document.Problem
	for _, row := range table.Rows {
		product, found := ReadProductRow(layout, row)
		problems = append(problems, found...)
		if !document.Rejected(found) {
			good = append(good, product)
		}
	}
	repeats := FindRepeats(good)
	out := map[int]bool{}
	for _, p := range repeats {
		out[p.Row] = true
	}
	report = document.NewReport(len(table.Rows))
	report.Add(append(problems, repeats...), language)
	return slices.DeleteFunc(good, func(r ProductRow) bool { return out[r.Line] }), report, nil
}

// part is what one act of an import did.
type part struct {
	Created, Updated, Unchanged int
	Problems                    []document.Problem
	Late                        []adjusted // stock that is no part of the opening any more
}

// chunkInput is what an import's act is known by: the rows as read.
type chunkInput struct {
	Rows []ProductRow
}

func importProducts(ctx context.Context, app core.App, by act.Actor, key string, rows []ProductRow) (part, bool, error) {
	a := act.Act{Kind: "store.import_products", Key: key, Input: chunkInput{rows}, By: by}
	return act.DoWithRecords(ctx, app, a, func(tx *act.Tx) (part, error) {
		var result part
		late, err := stockIsLate(tx)
		if err != nil {
			return result, err
		}
		w := &catalogueWriter{tx: tx, names: map[string]string{}, late: late}
		for _, row := range rows {
			if err := w.save(row, &result); err != nil {
				return result, fmt.Errorf("row %d: %w", row.Line, err)
			}
		}
		return result, w.post()
	})
}

// catalogueWriter saves the rows of one act and gathers their opening stock into one entry.
type catalogueWriter struct {
	tx      *act.Tx
	names   map[string]string // "categories/Minuman" → record id
	opening money.Rupiah
	late    bool // the opening is past
}

func (w *catalogueWriter) save(row ProductRow, result *part) error {
	record, code, err := matchProduct(w.tx.App(), row)
	if err != nil {
		return err
	}
	if code != "" {
		result.Problems = append(result.Problems, document.Problem{Row: row.Line, Field: "barcode", Code: code})
		return nil
	}
	created := record == nil
	if created {
		c, err := w.tx.App().FindCachedCollectionByNameOrId("products")
		if err != nil {
			return err
		}
		record = core.NewRecord(c)
		record.Set("active", true)
	}
	owner := record.GetString("consignor")
	changed, err := w.fill(record, row)
	if err != nil {
		return err
	}
	lies, err := w.lies(record, owner)
	if err != nil {
		return err
	}
	if problem := refuse(row, lies, money.Rupiah(record.GetInt("price_rupiah")), money.Rupiah(record.GetInt("member_price_rupiah"))); problem != nil {
		result.Problems = append(result.Problems, *problem)
		return nil
	}
	if changed || created {
		if err := w.tx.App().Save(record); err != nil {
			return err
		}
	}
	stocked, err := w.stock(record, row, result)
	switch {
	case created:
		result.Created++
	case changed || stocked:
		result.Updated++
	default:
		result.Unchanged++
	}
	return err
}

// refuse says why a row cannot become of its product what it says; nil when it can.
func refuse(row ProductRow, lies bool, price, memberPrice money.Rupiah) *document.Problem {
	switch {
	case lies:
		return &document.Problem{Row: row.Line, Field: "consignor", Code: ConsignorStock}
	case memberPrice > price:
		return &document.Problem{Row: row.Line, Field: "member_price_rupiah", Code: MemberPriceAbove}
	}
	return nil
}

// lies says whether goods that lie on the shelf would get another owner.
func (w *catalogueWriter) lies(record *core.Record, owner string) (lies bool, err error) {
	if record.IsNew() || record.GetString("consignor") == owner {
		return false, nil
	}
	err = w.tx.Row("SELECT EXISTS(SELECT 1 FROM stock WHERE product = ? AND (quantity <> 0 OR value <> 0))", record.GetInt("number")).Scan(&lies)
	return lies, err
}

// matchProduct finds the product of a row by its code, else by its barcode; two different ones are
// ambiguous.
func matchProduct(app core.App, row ProductRow) (record *core.Record, code document.Code, err error) {
	find := func(field, value string) (*core.Record, error) {
		if value == "" {
			return nil, nil
		}
		found, err := app.FindRecordsByFilter("products", field+" = {:value}", "", 1, 0, dbx.Params{"value": value})
		if err != nil || len(found) == 0 {
			return nil, err
		}
		return found[0], nil
	}
	byCode, err := find("code", row.Code)
	if err != nil {
		return nil, "", err
	}
	byBarcode, err := find("barcode", row.Barcode)
	switch {
	case err != nil:
		return nil, "", err
	case byCode != nil && byBarcode != nil && byCode.Id != byBarcode.Id:
		return nil, ProductAmbiguous, nil
	case byCode != nil:
		return byCode, "", nil
	default:
		return byBarcode, "", nil
	}
}

// fill sets what the list says and tells whether anything changed; what it does not say stays.
func (w *catalogueWriter) fill(record *core.Record, row ProductRow) (changed bool, err error) {
	set := func(field string, value any) {
		before := record.GetString(field)
		record.Set(field, value)
		changed = changed || record.GetString(field) != before
	}
	texts := map[string]string{"code": row.Code, "barcode": row.Barcode, "name": row.Name, "unit": row.Unit}
	for field, value := range texts {
		if value != "" {
			set(field, value)
		}
	}
	for field, value := range map[string]*money.Rupiah{"price_rupiah": &row.Price, "member_price_rupiah": row.MemberPrice, "cost_rupiah": row.Cost} {
		if value != nil {
			set(field, int64(*value))
		}
	}
	for collection, name := range map[string]string{"categories": row.Category, "consignors": row.Consignor} {
		if name == "" {
			continue
		}
		id, err := w.named(collection, name)
		if err != nil {
			return changed, err
		}
		set(map[string]string{"categories": "category", "consignors": "consignor"}[collection], id)
	}
	return changed, nil
}

// named finds a category or consignor by name and makes one that is new.
func (w *catalogueWriter) named(collection, name string) (string, error) {
	if id, ok := w.names[collection+"/"+name]; ok {
		return id, nil
	}
	app := w.tx.App()
	found, err := app.FindRecordsByFilter(collection, "name = {:name}", "", 1, 0, dbx.Params{"name": name})
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		c, err := app.FindCachedCollectionByNameOrId(collection)
		if err != nil {
			return "", err
		}
		record := core.NewRecord(c)
		record.Set("name", name)
		if err := app.Save(record); err != nil {
			return "", err
		}
		found = []*core.Record{record}
	}
	w.names[collection+"/"+name] = found[0].Id
	return found[0].Id, nil
}

// stockIsLate says whether stock in a list is an adjustment: something else was posted, or the balances that the
// co-op opens with are in, and 3901 is at zero.
func stockIsLate(r act.Reader) (late bool, err error) {
	if late, err = ledger.Opened(r); err != nil || late {
		return late, err
	}
	return ledger.Begun(r)
}

// waitsIn says whether a product stands in an adjustment that waits for its second person.
const waitsIn = `EXISTS(SELECT 1 FROM stock_requests q, json_each(q.body) l WHERE l.value ->> 'product' = %s AND NOT EXISTS(SELECT 1 FROM stock_decisions d WHERE d.request = q.act))`

// stock opens the stock of a product that never moved.
func (w *catalogueWriter) stock(record *core.Record, row ProductRow, result *part) (bool, error) {
	if row.Stock <= 0 {
		return false, nil
	}
	good, found, err := GoodByID(w.tx, record.Id)
	if err != nil || !found {
		return false, err
	}
	var moved bool
	if err := w.tx.Row("SELECT EXISTS(SELECT 1 FROM stock WHERE product = ? AND place = ?) OR "+fmt.Sprintf(waitsIn, "?"), good.Number, MainPlace, good.Number).Scan(&moved); err != nil || moved {
		return false, err
	}
	if w.late {
		result.Late = append(result.Late, adjusted{good.Number, row.Stock, good.Cost})
		return true, nil
	}
	value, _ := good.put(row.Stock, good.Cost)
	w.opening += value
	return true, move(w.tx, good, "opening", row.Stock, value)
}

func (w *catalogueWriter) post() error {
	if w.opening == 0 {
		return nil
	}
	_, err := ledger.Post(w.tx, ledger.Entry{Kind: ledger.KindOpening, Date: w.tx.Today(), Lines: []ledger.Line{
		ledger.Dr(ledger.Inventory, w.opening), ledger.Cr(ledger.OpeningBalance, w.opening)}})
	return err
}
