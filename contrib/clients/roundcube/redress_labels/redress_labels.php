<?php
// redress_labels.php - Roundcube shows the keywords of redress as coloured words before the subject
// SPDX-License-Identifier: MIT
//
// Copy the folder redress_labels into Roundcube's plugins/, add 'redress_labels' to $config['plugins']. The words are in
// the user's language where localization/ has it.
class redress_labels extends rcube_plugin
{
    public $task = 'mail';

    private const KEYWORDS = [
        'redress-critical', 'redress-overdue', 'redress-high', 'redress-due-soon', 'redress-mine', 'redress-waiting',
        'redress-hold', 'redress-answered', 'redress-resolved', 'redress-not-complaint',
    ];

    public function init()
    {
        $this->add_texts('localization/');
        $this->add_hook('messages_list', [$this, 'messages_list']);
        $this->include_stylesheet('redress_labels.css');
        $this->include_script('redress_labels.js');
    }

    public function messages_list($args)
    {
        foreach ($args['messages'] ?? [] as $message) {
            $labels = [];
            foreach (self::KEYWORDS as $keyword) {
                if (!empty($message->flags[strtoupper($keyword)])) {
                    $labels[$keyword] = $this->gettext($keyword);
                }
            }
            if ($labels) {
                $message->list_flags['extra_flags']['redress_labels'] = $labels;
            }
        }
        return $args;
    }
}
