<?php
// redress_labels.php - Roundcube shows the keywords of redress as coloured words before the subject
// SPDX-License-Identifier: MIT
//
// Copy the folder redress_labels into Roundcube's plugins/, add 'redress_labels' to $config['plugins'].
class redress_labels extends rcube_plugin
{
    public $task = 'mail';

    private const WORDS = [
        'redress-critical' => 'Critical', 'redress-overdue' => 'Overdue', 'redress-high' => 'Urgent',
        'redress-due-soon' => 'Due soon', 'redress-mine' => 'Claimed', 'redress-waiting' => 'Waiting',
        'redress-hold' => 'On hold', 'redress-answered' => 'Answered', 'redress-resolved' => 'Resolved',
        'redress-not-complaint' => 'Not a complaint',
    ];

    public function init()
    {
        $this->add_hook('messages_list', [$this, 'messages_list']);
        $this->include_stylesheet('redress_labels.css');
        $this->include_script('redress_labels.js');
    }

    public function messages_list($args)
    {
        foreach ($args['messages'] ?? [] as $message) {
            $labels = [];
            foreach (self::WORDS as $keyword => $word) {
                if (!empty($message->flags[strtoupper($keyword)])) {
                    $labels[$keyword] = $word;
                }
            }
            if ($labels) {
                $message->list_flags['extra_flags']['redress_labels'] = $labels;
            }
        }
        return $args;
    }
}
